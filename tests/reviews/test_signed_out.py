"""A reviewer whose session ran out while scoring: signed in again, the sheet comes back with every word."""

from __future__ import annotations

import pytest

from app.reviews import queries, services
from tests.client import form_values, soup, text_of
from tests.factories.reviews import make_review
from tests.identity.test_carrying import WORDS, again, type_and_send

pytestmark = pytest.mark.usefixtures("frozen")
TYPED = {"score-A1": "2", "reason-A1": WORDS, "recommended": "90000.50"}


def test_the_sheet_comes_back_as_typed_and_is_saved_by_its_button(session, proposal, browse):
    review = make_review(proposal, state="draft")
    browser, path = browse(review), f"/reviews/{review.id}/sheet"
    before = services.sheet_of(queries.get_review(review.id))
    asked = type_and_send(browser, path, **TYPED)
    assert asked.status_code == 401 and "of a problem" not in asked.text
    shown = again(browser, asked, review.reviewer)
    assert shown.status_code == 200 and "You are signed in again." in text_of(shown)
    page = soup(shown)
    assert page.find(id="reason-A1").get_text().strip() == WORDS
    assert page.find(id="recommended")["value"] == "90000.50"
    assert page.find("input", attrs={"name": "score-A1", "checked": True})["value"] == "2"
    session.expire_all()
    assert services.sheet_of(queries.get_review(review.id)) == before, "shown, not saved"
    form = next(f for f in page.find_all("form") if f.get("action") == path)
    assert browser.post(path, data=form_values(form)).status_code == 303
    session.expire_all()
    sheet = services.sheet_of(queries.get_review(review.id))
    assert (sheet.scores["A1"], sheet.texts["A1"].replace("\r\n", "\n")) == (2, WORDS)


def test_a_colleague_at_the_same_browser_sees_nothing_of_it(session, proposal, browse):
    review, other = make_review(proposal, state="draft"), make_review(proposal, state="draft")
    browser, path = browse(review), f"/reviews/{review.id}/sheet"
    asked = type_and_send(browser, path, **TYPED)
    refused = again(browser, asked, other.reviewer)
    assert refused.status_code == 422 and "Somebody else typed this" in text_of(refused)
    assert "of a problem" not in refused.text
