"""Two tabs of one browser: a session that changed in one of them costs the other no word and lends nobody another's name."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Page, expect

from tests.browser.following import follow
from tests.browser.test_carrying import draft_of

pytestmark = pytest.mark.sqlite
AREAS = "form[data-autosave] [data-question]:not(:has(+ [data-text])) textarea"  # no other text waits beside it
SAVED = ".under [data-save-state][data-state=saved]"


def sign_in_as(page: Page, person: dict[str, str]) -> None:
    """Sign out, and in as this person, as anybody who shares the computer would."""
    page.goto("/account")
    follow(page.locator("form[action*='sign-out'] button").first)
    page.goto("/sign-in")
    page.fill("[name=email]", person["email"])
    page.fill("[name=password]", person["password"])
    follow(page.locator("main button[type=submit]"))


def wake(page: Page) -> None:
    """What the browser says when the tab comes to the front."""
    page.evaluate("dispatchEvent(new Event('focus'))")


def test_a_new_session_of_the_same_person_takes_what_waits_and_one_of_another_does_not(open_page, site):
    page = open_page("applicant")
    where = draft_of(page)
    page.goto(where)
    field = page.locator(AREAS).first
    name, before = field.get_attribute("name"), field.input_value()
    words = f"Typed before somebody else sat down here, {time.time()}."
    page.route("**/sections/**", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    field.fill(words)
    field.blur()
    expect(page.locator(".save-bar [data-save-state]")).to_have_attribute("data-state", "kept")
    other = page.context.new_page()
    sign_in_as(other, site.people["editor"])
    page.unroute("**/sections/**")
    for _ in range(2):  # the second try must not have learnt the other person's token
        with page.expect_response(lambda answer: "/sections/" in answer.url and answer.request.method == "POST"):
            wake(page)
        expect(page.locator(".save-bar [data-save-state]")).to_have_attribute("data-state", "kept")
    other.goto(where)
    assert other.locator(f"textarea[name='{name}']").input_value() == before, "sent as somebody else"
    sign_in_as(other, site.people["applicant"])
    wake(page)
    expect(page.locator(".save-bar [data-save-state]")).to_have_attribute("data-state", "saved")
    other.goto(where)
    assert other.locator(f"textarea[name='{name}']").input_value() == words
    field.fill(before)
    field.blur()
    expect(page.locator(".save-bar [data-save-state]")).to_have_attribute("data-state", "saved")


def test_two_tabs_in_one_section_keep_what_both_typed(open_page):
    page = open_page("applicant")
    where = draft_of(page)
    page.goto(where)
    names = page.eval_on_selector_all(AREAS, "all => all.map(a => a.name)")
    texts = page.eval_on_selector_all(
        "form[data-autosave] [data-question]:not(:has(+ [data-text])) :is(textarea, input[type=text]:not([name*='.']))",
        "all => all.map(a => a.name)",
    )
    first, second = names[0], next(name for name in texts if name != names[0])
    other = page.context.new_page()
    other.goto(where)
    before = {name: page.locator(f"[name='{name}']").input_value() for name in (first, second)}
    page.fill(f"[name='{first}']", "From the first tab.")
    other.fill(f"[name='{second}']", "From the second tab.")
    for tab, name in ((page, first), (other, second)):
        tab.locator(f"[name='{name}']").blur()
        expect(tab.locator(".save-bar [data-save-state]")).to_have_attribute("data-state", "saved")
    page.goto(where)
    assert page.locator(f"[name='{first}']").input_value() == "From the first tab."
    assert page.locator(f"[name='{second}']").input_value() == "From the second tab."
    for name, text in before.items():
        page.fill(f"[name='{name}']", text)
    page.locator(f"[name='{second}']").blur()
    expect(page.locator(".save-bar [data-save-state]")).to_have_attribute("data-state", "saved")


def test_text_that_is_not_taken_any_more_is_shown_and_put_away_by_its_writer(open_page):
    """Its section was closed to the writer meanwhile: the text is no secret of the browser, and nothing behind it waits."""
    page = open_page("applicant")
    where = draft_of(page)
    page.goto(where)
    page.route("**/sections/**", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    field = page.locator(AREAS).first
    words = f"Typed on the way to the mine, {time.time()}."
    field.fill(words)
    field.blur()
    expect(page.locator(".save-bar [data-save-state]")).to_have_attribute("data-state", "kept")
    later = page.context.new_page()
    sent = []

    def closed(route):
        if route.request.method != "POST":
            return route.continue_()
        sent.append(route.request.url)
        return route.fulfill(status=404, content_type="application/json", body="{}")

    later.route("**/sections/**", closed)
    page.close()
    later.goto("/proposals/")
    offered = later.locator(".notice:has(details blockquote)")
    expect(offered).to_be_visible(timeout=15000)
    offered.locator("summary").click()
    assert words in offered.inner_text()
    wake(later)
    assert len(sent) == 1, "sent again and again"
    offered.get_by_role("button").click()
    expect(offered).to_have_count(0)
    later.goto("/proposals/")
    later.wait_for_timeout(1500)
    assert not offered.count() and len(sent) == 1
