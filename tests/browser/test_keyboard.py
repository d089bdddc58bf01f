"""An applicant's way by keyboard alone: every step is reached with Tab, seen, and done with Enter, Space or typing."""

from __future__ import annotations

import pytest

from tests.browser.following import follow

pytestmark = pytest.mark.sqlite
SEEN = """() => {
  const style = getComputedStyle(document.activeElement);
  const box = document.activeElement.getBoundingClientRect();
  const marked = style.outlineStyle !== 'none' || style.boxShadow !== 'none';
  return marked && box.width > 0 && box.bottom > 0 && box.top < innerHeight;
}"""
HOLDS = """([selector, text]) => {
  const here = document.activeElement;
  return here.matches(selector) && (!text || here.textContent.trim().includes(text));
}"""


def tab_to(page, selector: str, text: str = "", most: int = 150) -> None:
    """Press Tab until the focus is on such an element; it must be seen there."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate(HOLDS, [selector, text]):
            page.wait_for_function(SEEN, timeout=10_000)
            return
    raise AssertionError(f"{selector} {text!r} is not reached within {most} presses of Tab on {page.url}")


def enter(page) -> None:
    """Press Enter and wait for the page it leads to."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_an_applicant_needs_no_mouse(open_page, site):
    page = open_page()
    page.goto("/sign-in")
    tab_to(page, "input[name=email]")
    page.keyboard.type(site.people["applicant"]["email"])
    tab_to(page, "input[name=password]")
    page.keyboard.type(site.people["applicant"]["password"])
    enter(page)
    page.goto("/language/en")
    page.goto("/calls/EPRM-2023")
    tab_to(page, "a", "Start a proposal")
    enter(page)
    if page.locator("input[name=organisation]").count():
        tab_to(page, "input[name=organisation]")
        page.keyboard.press("Space")
    tab_to(page, "input[name=title]")
    page.keyboard.type("Without a mouse")
    enter(page)
    tab_to(page, "ul.tasks a")
    enter(page)
    where = page.url
    tab_to(page, "main .field input[type=text], main textarea")
    page.keyboard.press("End")
    page.keyboard.type(" at all")
    name = page.evaluate("document.activeElement.name")
    tab_to(page, "button[name=then][value=continue]")
    enter(page)
    page.goto(where)
    assert page.locator(f"[name='{name}']").input_value().endswith(" at all")
    tab_to(page, "a", "All sections")
    enter(page)
    tab_to(page, "a", "Check your answers")
    enter(page)
    tab_to(page, "#missing a")
    enter(page)
    assert page.evaluate("document.activeElement.closest('.field') !== null"), "the link leads into the field"


def test_rows_ticks_and_the_submission_need_none_either(open_page):
    """A row more, a box, and the second signature up to the receipt."""
    page = open_page("westernhills")
    page.goto("/proposals/")
    follow(page.locator(".item:has-text('EPRM-23-0003') h3 a").first)
    follow(page.locator("ul.tasks a", has_text="Partners"))
    rows = page.locator("[data-question=partners] .row-set").count()
    tab_to(page, "button[name=add_row]")
    enter(page)
    assert page.locator("[data-question=partners] .row-set").count() == rows + 1
    follow(page.locator("a", has_text="All sections"))
    follow(page.locator("ul.tasks a", has_text="Money"))
    tab_to(page, "input[type=checkbox][name=no_sanctions]")
    page.keyboard.press("Space")
    assert page.locator("[name=no_sanctions]").is_checked()
    page.keyboard.press("Space")
    signer = open_page("applicant")
    signer.goto("/language/en")
    signer.goto("/proposals/")
    follow(signer.locator(".item:has-text('EPRM-23-0002') h3 a").first)
    tab_to(signer, "a", "Sign off and submit")
    enter(signer)
    tab_to(signer, "input[name=confirmed]")
    signer.keyboard.press("Space")
    tab_to(signer, "#submit button")
    enter(signer)
    assert "/receipt" in signer.url
    assert "SHA-256" in signer.locator("main").inner_text()


def test_the_first_press_of_tab_offers_the_way_past_the_menu(open_page):
    page = open_page()
    page.goto("/calls/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('a.skip')")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_a_long_list_of_boxes_is_one_stop_on_the_way(open_page):
    page = open_page(role="applicant")
    page.goto("/language/en")
    page.goto("/calls/EPRM-2023/practice/proposal/plan")
    assert page.locator("[data-question='countries'] input[type=checkbox]").count() > 200
    tab_to(page, "[data-question='countries'] summary")
    page.keyboard.press("Tab")
    assert not page.evaluate("document.activeElement.closest('[data-question=countries]')"), "the list is folded"
