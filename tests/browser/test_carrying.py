"""Without a script: a section sent after the session ran out comes back with every word, and its button saves it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.browser.following import follow
from tests.browser.test_pages import look

pytestmark = pytest.mark.sqlite
WORDS = "Une phrase, puis une autre: « rien ne se perd ».\nAnd a second line."


def expire_all(site) -> None:
    """As a week would."""
    with sqlite3.connect(Path(site.environ["ASSAY_DATA_DIR"]) / "assay.sqlite", timeout=60) as database:
        database.execute("DELETE FROM login_session")


def draft_of(page) -> str:
    """The first section with a long text of a draft of the demo's applicant."""
    page.goto("/proposals/")
    for href in page.eval_on_selector_all(
        "main a[href^='/proposals/0']", "all => all.map(a => a.getAttribute('href'))"
    ):
        page.goto(href)
        links = page.eval_on_selector_all("a[href*='/sections/']", "all => all.map(a => a.getAttribute('href'))")
        for link in links:
            page.goto(link)
            if page.locator("form[data-autosave] textarea").count():
                return link.split("#")[0]
    raise AssertionError("the demo has no draft with a long text")


def test_a_section_outlives_its_session(open_page, site):
    page = open_page("applicant", width=360, script=False)
    where = draft_of(page)
    field = page.locator("form[data-autosave] textarea").first
    name, before = field.get_attribute("name"), field.input_value()
    field.fill(WORDS)
    expire_all(site)
    follow(page.locator("form[data-autosave] button[value=stay].button"))
    assert page.locator("input[name=again_password]").is_visible(), page.locator("h1").inner_text()
    person = site.people["applicant"]
    page.fill("input[name=again_email]", person["email"])
    page.fill("input[name=again_password]", "not the right one")
    follow(page.locator("main button[type=submit]"))
    page.fill("input[name=again_email]", person["email"])
    page.fill("input[name=again_password]", person["password"])
    follow(page.locator("main button[type=submit]"))
    assert page.locator(f"textarea[name='{name}']").input_value() == WORDS
    follow(page.locator("form[data-autosave] button[value=stay].button"))
    page.goto(where)
    assert page.locator(f"textarea[name='{name}']").input_value() == WORDS
    page.locator(f"textarea[name='{name}']").fill(before)
    follow(page.locator("form[data-autosave] button[value=stay].button"))


@pytest.mark.parametrize(("width", "dark"), [(360, False), (1280, True)])
def test_the_page_in_between_is_in_order(open_page, site, width, dark):
    page = open_page("applicant", width=width, dark=dark)
    page.goto(draft_of(page))
    page.evaluate("document.querySelector('form[data-autosave]').removeAttribute('data-autosave')")
    expire_all(site)
    page.evaluate("document.querySelector('form.x, main form[method=post]').submit()")
    page.wait_for_selector("input[name=again_password]")
    page.problems.clear()  # the browser's own word for the status of the page
    assert look(page) == []
