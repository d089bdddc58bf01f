"""What a page says is wrong goes away when it is mended, without a reload; what is still wrong stays."""

from __future__ import annotations

import io

import pytest
from playwright.sync_api import expect
from pypdf import PdfWriter

from tests.browser.following import follow

pytestmark = pytest.mark.sqlite


def one_page() -> bytes:
    """A PDF of one empty page."""
    writer, buffer = PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 200)
    writer.write(buffer)
    return buffer.getvalue()


def test_an_error_leaves_with_the_answer_that_mends_it(open_page):
    page = open_page("westernhills", width=360)
    page.goto("/proposals/")
    follow(page.locator(".item:has-text('EPRM-23-0003') h3 a").first)
    follow(page.locator("main a[href$='/check']").first)
    follow(page.locator("#missing a[href*='/sections/money']").first)
    summary, grant = page.locator(".error-summary li"), page.locator("[data-question=grant]")
    before = summary.count()
    assert before > 2
    expect(grant.locator(".field-error")).to_have_count(1)
    page.fill("[name=grant]", "120000")
    page.locator("[name=grant]").blur()
    expect(grant.locator("[data-save-state]")).to_have_attribute("data-state", "saved")
    expect(grant.locator(".field-error")).to_have_count(0)
    expect(page.locator("[name=grant]")).not_to_have_attribute("aria-invalid", "true")
    expect(summary).to_have_count(before - 1)
    expect(page.locator("[data-question=plan_file] .field-error")).to_have_count(1)
    paper = {"name": "plan.pdf", "mimeType": "application/pdf", "buffer": one_page()}
    page.set_input_files("[name=plan_file]", paper)
    expect(page.locator("[data-question=plan_file] .field-error")).to_have_count(0)
    expect(summary).to_have_count(before - 2)
    follow(page.locator("[data-question=plan_file] .files button").first)
    page.goto(page.url.split("?")[0])
    page.fill("[name=grant]", "")
    page.locator("[name=grant]").blur()
    expect(grant.locator("[data-save-state]")).to_have_attribute("data-state", "saved")
