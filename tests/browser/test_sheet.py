"""The score sheet in a browser: two tabs lose no word, and a file brings back what was written without a network."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Page, expect

from tests.browser.following import follow
from tests.browser.test_pages import look

pytestmark = pytest.mark.sqlite
SAVED = "[data-save-state]"


def sheet_of(page: Page) -> str:
    """The address of a sheet that can be written on."""
    page.goto("/language/en")
    page.goto("/reviews")
    sheets = page.eval_on_selector_all("main a[href$='/sheet']", "all => all.map(a => a.getAttribute('href'))")
    for href in dict.fromkeys(sheets):
        page.goto(href)
        if page.locator("form[data-autosave]").count():
            return href
    raise AssertionError("the demonstration has no open sheet")


def write(page: Page, name: str, words: str) -> None:
    page.locator(f"textarea[name='{name}']").fill(words)
    page.locator(f"textarea[name='{name}']").blur()


def state(page: Page, name: str):  # type: ignore[no-untyped-def]
    return page.locator(f"[data-question='{name}'] {SAVED}")


def test_two_tabs_keep_what_both_typed_and_one_text_is_chosen_without_leaving(open_page):
    page = open_page("reviewer3")
    where = sheet_of(page)
    names = page.eval_on_selector_all("textarea[name^='reason-']", "all => all.map(a => a.name)")
    first, second = names[0], names[1]
    other = page.context.new_page()
    other.goto(where)
    mark = f"{time.time()}"
    write(page, first, f"First tab {mark}")
    expect(state(page, first)).to_have_attribute("data-state", "saved")
    write(other, second, f"Second tab {mark}")
    expect(state(other, second)).to_have_attribute("data-state", "saved")
    expect(other.locator(f"textarea[name='{first}']")).to_have_value(f"First tab {mark}")
    write(page, second, f"Rival {mark}")
    expect(state(page, second)).to_have_attribute("data-state", "two")
    block = page.locator(f"[data-text][data-name='{second}']")
    expect(block).to_contain_text(f"Second tab {mark}")
    expect(block).to_contain_text(f"Rival {mark}")
    assert look(page) == []
    block.get_by_role("button", name="Keep this text").click()
    expect(block).to_have_count(0)
    expect(page.locator(f"textarea[name='{second}']")).to_have_value(f"Rival {mark}")
    page.reload()
    expect(page.locator(f"textarea[name='{first}']")).to_have_value(f"First tab {mark}")
    expect(page.locator(f"textarea[name='{second}']")).to_have_value(f"Rival {mark}")


def test_a_file_is_filled_without_a_network_and_brought_back(open_page, tmp_path):
    page = open_page("reviewer3")
    where = sheet_of(page)
    follow(page.get_by_role("link", name="Score without a network"))
    assert look(page) == []
    with page.expect_download() as download:
        page.get_by_role("link", name="As a page (HTML)").click()
    target = tmp_path / "sheet.html"
    download.value.save_as(target)
    away = open_page(width=360)
    away.context.set_offline(True)
    away.goto(target.as_uri())
    assert look(away) == []
    words = f"Lu au puits, sans réseau. {time.time()}"
    field = away.locator("textarea[name^='reason-']").last
    name = field.get_attribute("name")
    field.fill(words)
    assert "Kept in this browser" in away.locator(SAVED).inner_text()
    with away.expect_download() as saved:
        away.get_by_role("button", name="Save to a file").click()
    saved.value.save_as(target)
    page.set_input_files("input[type=file]", target)
    follow(page.get_by_role("button", name="Compare"))
    expect(page.locator(f"#change-{name}")).to_contain_text(words)
    assert look(page) == []
    follow(page.get_by_role("button", name="Take over what is ticked"))
    page.goto(where)
    expect(page.locator(f"textarea[name='{name}']")).to_have_value(words)
