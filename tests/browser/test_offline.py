"""The offline form in a browser: opened from a file, filled without a network, saved, and brought back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.proposals.offline import BLOCK
from tests.browser.following import follow
from tests.browser.test_pages import look

pytestmark = pytest.mark.sqlite
WORDS = "Nous n’avons pas de réseau ici. مرحبا </script> <b>" + " mot" * 300
OTHER_WORDS = "Sans réseau depuis trois semaines. " * 20


def taken_along(page, folder: Path) -> Path:
    """The offline form of the applicant's open draft, downloaded by hand."""
    page.goto("/language/en")
    page.goto("/proposals/")
    drafts = page.eval_on_selector_all("main a[href^='/proposals/0']", "all => all.map(a => a.getAttribute('href'))")
    for href in dict.fromkeys(drafts):
        page.goto(href)
        if page.get_by_role("link", name="Work without a network").count():
            break
    follow(page.get_by_role("link", name="Work without a network"))
    assert look(page) == []
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the form").click()
    target = folder / "form.html"
    download.value.save_as(target)
    return target


def saved(page, target: Path) -> dict:
    """Press the button of the file and read what it saved."""
    with page.expect_download() as download:
        page.get_by_role("button", name="Save to a file").click()
    download.value.save_as(target)
    return json.loads(BLOCK.search(target.read_text()).group(1))


def test_the_form_is_filled_without_a_network_and_brought_back(open_page, tmp_path):
    page = open_page(role="applicant")
    form = taken_along(page, tmp_path)
    where = page.url
    away = open_page(width=360)
    away.context.set_offline(True)
    requests: list[str] = []
    away.on("request", lambda request: requests.append(request.url))
    away.goto(form.as_uri())
    assert look(away) == []
    name = away.locator("textarea").first.get_attribute("name")
    away.locator("textarea").first.fill(WORDS)
    assert "Kept in this browser" in away.locator("[data-save-state]").inner_text()
    away.goto(form.as_uri())
    assert away.locator(f"textarea[name='{name}']").input_value() == WORDS, "a closed tab keeps the text"
    told = saved(away, tmp_path / "back.html")
    assert told["fields"][name] == [WORDS] and told["base"][name] != [WORDS]
    away.goto((tmp_path / "back.html").as_uri())
    assert away.locator(f"textarea[name='{name}']").input_value() == WORDS, "the saved file opens with the text"
    assert not away.locator("form ~ .notice, .notice:has(button)").count(), "what is in the file is not offered again"
    assert saved(away, tmp_path / "twice.html")["base"] == told["base"]
    assert all(url.startswith(("file:", "blob:", "data:")) for url in requests), requests
    page.goto(where)
    page.set_input_files("input[type=file]", tmp_path / "twice.html")
    follow(page.get_by_role("button", name="Compare"))
    assert look(page) == []
    assert page.locator(f"#take-{name}").is_checked()
    follow(page.get_by_role("button", name="Take over what is ticked"))
    assert "1 answer was taken over." in page.locator("body").inner_text()
    page.goto(where)
    follow(page.get_by_role("link", name="Returned").first)
    assert "says nothing that is not saved here already" in page.locator("main").inner_text()


def test_rows_are_added_and_taken_away_in_the_file(open_page, tmp_path):
    page = open_page(role="applicant")
    form = taken_along(page, tmp_path)
    away = open_page()
    away.goto(form.as_uri())
    add = away.locator("button[name=add_row]").first
    if not add.count():
        pytest.fail("the demo's open draft has no table to add rows to")
    question = add.get_attribute("value")
    before = away.locator(f"[data-question='{question}'] .row-set").count()
    add.click()
    away.keyboard.type("Coopérative")
    told = saved(away, tmp_path / "rows.html")
    new = [name for name, values in told["fields"].items() if values == ["Coopérative"]]
    assert len(new) == 1 and new[0] not in told["base"]
    away.evaluate("localStorage.clear()")
    away.goto((tmp_path / "rows.html").as_uri())
    assert away.locator(f"[data-question='{question}'] .row-set").count() == before + 1
    assert away.locator(f"[name='{new[0]}']").input_value() == "Coopérative"


def test_a_newer_file_keeps_its_words_and_offers_those_of_the_older_one(open_page, tmp_path):
    """What the browser keeps of one file never replaces what another file says."""
    page = open_page(role="applicant")
    first, second = (taken_along(page, tmp_path).rename(tmp_path / name) for name in ("first.html", "second.html"))
    away = open_page(width=360)
    away.goto(first.as_uri())
    area = away.locator("textarea").first
    name, saved_words = area.get_attribute("name"), area.input_value()
    area.fill(OTHER_WORDS)
    away.goto(second.as_uri())
    assert away.locator(f"textarea[name='{name}']").input_value() == saved_words, "an older file wrote into a newer one"
    offer = away.locator(".notice:has(button)")
    assert offer.count() == 1 and look(away) == []
    offer.locator("summary").click()
    assert OTHER_WORDS.strip() in offer.inner_text()
    offer.get_by_role("button", name="Put it into the fields").click()
    assert away.locator(f"textarea[name='{name}']").input_value() == OTHER_WORDS
    away.goto(second.as_uri())
    assert away.locator(f"textarea[name='{name}']").input_value() == OTHER_WORDS
    assert not away.locator(".notice:has(button)").count()
    told = saved(away, tmp_path / "back.html")
    assert told["fields"][name] == [OTHER_WORDS] and told["base"][name] == [saved_words]
    away.locator(f"textarea[name='{name}']").fill("typed after the file was saved")
    away.goto((tmp_path / "back.html").as_uri())
    assert away.locator(f"textarea[name='{name}']").input_value() == OTHER_WORDS
    away.get_by_role("button", name="Put away").click()
    away.goto((tmp_path / "back.html").as_uri())
    assert away.locator(f"textarea[name='{name}']").input_value() == OTHER_WORDS
    assert not away.locator(".notice:has(button)").count()
