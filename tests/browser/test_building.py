"""Beside a question in the form builder, what applicants and reviewers will see follows what is typed; nothing is saved."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.sqlite
QUESTION = "/calls/manage/EPRM-2020-R2/forms/quick_scan/question?id=title"


@pytest.mark.parametrize(("width", "dark"), [(360, True), (1280, False)])
def test_the_preview_follows_what_is_typed(open_page, width, dark):
    page = open_page("manager", width=width, dark=dark)
    page.goto(QUESTION)
    label, preview = page.locator("[name='label.en']"), page.locator("[data-preview]")
    before = label.input_value()
    expect(preview.locator("[lang=en] label").first).to_contain_text(before)
    expect(preview.locator("dl[lang=en] dt").first).to_have_text(before)
    label.fill("What will you call it?")
    expect(preview.locator("[lang=en] label").first).to_contain_text("What will you call it?")
    expect(preview.locator("dl[lang=en] dt").first).to_have_text("What will you call it?")
    expect(preview.locator("dl")).to_have_count(3)
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= width, "the page scrolls sideways"
    page.reload()
    expect(label).to_have_value(before)
    assert page.problems == []
