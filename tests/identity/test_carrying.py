"""A form that is posted after its writer was signed out: signed in again with it in hand, it comes back and nothing is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.extensions import db
from app.identity import carried
from app.identity.models import LoginSession
from app.proposals import queries, services
from app.proposals.models import ProposalMessage
from app.web.security import CARRIED_FIELD
from tests.client import form_values, soup, text_of
from tests.factories.identity import PASSWORD, make_person
from tests.factories.proposals import make_proposal, owner_of
from tests.proposals.conftest import address, loaded, owner

ASKS = "Sign in again"
WORDS = "Two lines\nof a problem, with “quotes” & <b>signs</b>."


@pytest.fixture
def proposal(session, frozen):
    return make_proposal("draft")


@pytest.fixture
def writer(proposal):
    return owner_of(proposal.organisation)


@pytest.fixture
def browser(proposal, writer, client, sign_in):
    db.session.commit()
    return sign_in(client, writer)


def page_of(proposal) -> str:
    return address(proposal.stages[-1]) + "/sections/idea"


def sign_out_everywhere(cookie=None) -> None:
    """As time does; with the browser given, its cookie is gone too."""
    db.session.execute(LoginSession.__table__.delete())
    db.session.commit()
    if cookie is not None:
        cookie.delete_cookie("assay")


def type_and_send(browser, page, action=None, cookie=False, **typed):
    """Load a page, be signed out, and press its button."""
    form = browser.form(page, action or page)
    sign_out_everywhere(browser if cookie else None)
    return browser.post(form["action"], data={**form["values"], **typed})


def again(browser, page, person, password=PASSWORD):
    """Fill in the page that asks to sign in again."""
    form = next(f for f in soup(page).find_all("form") if f.find("input", {"name": CARRIED_FIELD}))
    return browser.post(
        form["action"], data={**form_values(form), "again_email": person.email, "again_password": password}
    )


class TestSection:
    @pytest.mark.parametrize("cookie", [False, True], ids=["session expired", "cookie gone"])
    def test_comes_back_with_what_was_typed_and_is_saved_by_its_button(self, proposal, browser, writer, cookie):
        asked = type_and_send(browser, page_of(proposal), cookie=cookie, problem=WORDS, then="stay")
        assert asked.status_code == 401 and ASKS in text_of(asked)
        assert "of a problem" not in asked.text, "closed while nobody is signed in"
        shown = again(browser, asked, writer)
        assert shown.status_code == 200 and "You are signed in again." in text_of(shown)
        assert soup(shown).select_one("#q-problem").get_text().strip() == WORDS
        assert loaded(proposal).answers.get("problem") != WORDS, "shown, not saved"
        form = next(f for f in soup(shown).find_all("form") if f.get("action") == page_of(proposal))
        saved = browser.post(form["action"], data={**form_values(form), "then": "stay"})
        assert saved.status_code == 303
        assert loaded(proposal).answers["problem"] == WORDS

    def test_a_newer_text_of_somebody_else_is_not_overruled(self, proposal, browser, writer):
        form = browser.form(page_of(proposal), page_of(proposal))
        sign_out_everywhere()
        services.save_section(
            submission=loaded(proposal),
            section_id="idea",
            fields={"problem": ["Newer, of a colleague."], "grant": ["120000"]},
            expected_version=None,
            actor=owner(proposal),
        )
        db.session.commit()
        asked = browser.post(form["action"], data={**form["values"], "problem": WORDS})
        shown = again(browser, asked, writer)
        back = next(f for f in soup(shown).find_all("form") if f.get("action") == page_of(proposal))
        browser.post(back["action"], data=form_values(back))
        stage = loaded(proposal)
        assert stage.answers["problem"] == "Newer, of a colleague."
        beside = [text.name for text in queries.waiting_texts([stage.id])]
        assert beside == ["problem"], "what was not typed here is no rival of what the colleague wrote"
        beside = text_of(browser.get(page_of(proposal)))
        assert "Newer, of a colleague." in beside and "of a problem" in beside, "both, to choose from"

    def test_somebody_else_gets_and_stores_nothing(self, proposal, browser, writer):
        stranger = make_person()
        db.session.commit()
        asked = type_and_send(browser, page_of(proposal), problem=WORDS)
        other = again(browser, asked, stranger)
        assert other.status_code == 422 and "Somebody else typed this" in text_of(other)
        assert "of a problem" not in other.text and browser.get("/proposals/").status_code == 303, "not signed in"
        assert soup(again(browser, other, writer)).select_one("#q-problem").get_text().strip() == WORDS

    def test_a_colleague_does_not_get_it_either(self, proposal, browser, sign_in):
        """May write here, but did not type this: the token of the page is dead, and so is the form."""
        asked = type_and_send(browser, page_of(proposal), problem=WORDS)
        stranger = make_person()
        sign_in(browser, stranger)
        closed = soup(asked).find("input", {"name": CARRIED_FIELD})["value"]
        answer = browser.act(page_of(proposal), **{CARRIED_FIELD: closed})
        assert "of a problem" not in answer.text
        assert loaded(proposal).answers.get("problem") != WORDS

    def test_signed_in_again_in_another_window(self, proposal, browser, writer, sign_in):
        """The page's token died with its session; what it brings is known to be this person's own."""
        form = browser.form(page_of(proposal), page_of(proposal))
        browser.delete_cookie("assay")
        sign_in(browser, writer)
        shown = browser.post(form["action"], data={**form["values"], "problem": WORDS})
        assert shown.status_code == 200 and soup(shown).select_one("#q-problem").get_text().strip() == WORDS
        assert loaded(proposal).answers.get("problem") != WORDS

    def test_a_form_of_somebody_else_with_a_dead_token_is_refused(self, proposal, browser, sign_in):
        form = browser.form(page_of(proposal), page_of(proposal))
        browser.delete_cookie("assay")
        sign_in(browser, make_person())
        assert browser.post(form["action"], data={**form["values"], "problem": WORDS}).status_code == 400

    def test_wrong_password_loses_nothing(self, proposal, browser, writer):
        asked = type_and_send(browser, page_of(proposal), problem=WORDS)
        wrong = again(browser, asked, writer, "not my pass phrase")
        assert wrong.status_code == 422 and "not right" in text_of(wrong)
        assert soup(again(browser, wrong, writer)).select_one("#q-problem").get_text().strip() == WORDS

    def test_guessing_is_slow_here_too(self, proposal, browser, writer):
        page = type_and_send(browser, page_of(proposal), problem=WORDS)
        for n in range(10):
            page = again(browser, page, writer, f"guess number {n}")
        page = again(browser, page, writer)
        assert page.status_code == 429 and soup(page).find("input", {"name": CARRIED_FIELD})["value"]

    def test_a_token_of_another_site_signs_nobody_in(self, proposal, browser, writer):
        asked = type_and_send(browser, page_of(proposal), problem=WORDS)
        closed = soup(asked).find("input", {"name": CARRIED_FIELD})["value"]
        data = {CARRIED_FIELD: closed, "again_email": writer.email, "again_password": PASSWORD, "csrf_token": "forged"}
        assert browser.post(page_of(proposal), data=data).status_code == 401
        assert browser.get("/proposals/").status_code == 303

    def test_a_form_that_no_page_of_ours_made_is_not_carried(self, proposal, client):
        db.session.commit()
        answer = client.act(page_of(proposal), key="invented", problem=WORDS)
        assert answer.status_code == 303 and "/sign-in" in answer.location

    def test_what_only_the_script_sends_is_answered_as_before(self, proposal, browser):
        form = browser.form(page_of(proposal), page_of(proposal))
        sign_out_everywhere()
        answer = browser.post(form["action"], data={**form["values"], "problem": WORDS}, headers={"X-Autosave": "1"})
        assert answer.status_code == 303 and "/sign-in" in answer.location


class TestOtherForms:
    def test_a_message_is_in_its_field_and_not_sent(self, session, frozen, client, sign_in):
        proposal = make_proposal("submitted")
        writer = owner_of(proposal.organisation)
        db.session.commit()
        show, action = f"/proposals/{proposal.id}", f"/proposals/{proposal.id}/messages"
        sign_in(client, writer)
        shown = again(client, type_and_send(client, show, action, text=WORDS), writer)
        assert WORDS in soup(shown).select_one("textarea[name=text]").get_text()
        assert session.scalar(select(func.count(ProposalMessage.id))) == 0
        form = next(f for f in soup(shown).find_all("form") if f.get("action") == action)
        assert client.post(action, data=form_values(form)).status_code == 303
        assert session.scalar(select(func.count(ProposalMessage.id))) == 1

    def test_a_page_that_cannot_show_it_shows_the_words_and_a_button(self, session, frozen, client, sign_in):
        proposal = make_proposal("submitted")
        writer = owner_of(proposal.organisation)
        db.session.commit()
        sign_in(client, writer)
        show, action = f"/proposals/{proposal.id}", f"/proposals/{proposal.id}/moves/withdraw"
        form = client.form(show, f"/proposals/{proposal.id}/messages")
        sign_out_everywhere()
        asked = client.post(action, data={**form["values"], "reason": WORDS})
        shown = again(client, asked, writer)
        assert shown.status_code == 200 and "of a problem" in soup(shown).select_one("blockquote").get_text()
        sent = next(f for f in soup(shown).find_all("form") if f.get("action") == action)
        assert form_values(sent)["reason"].replace("\r\n", "\n") == WORDS

    def test_a_password_is_never_carried(self, proposal, browser):
        form = browser.form("/account/password")
        sign_out_everywhere()
        answer = browser.post(form["action"] or "/account/password", data=form["values"])
        assert answer.status_code == 303 and "/sign-in" in answer.location


def test_closed_text_opens_only_at_its_place_and_for_a_week(session, frozen, monkeypatch):
    closed = carried.close("/a", [("x", "1"), ("x", "2")])
    assert carried.unpack("/a", closed) == [("x", "1"), ("x", "2")]
    assert carried.unpack("/b", closed) is None
    assert carried.unpack("/a", closed[:-4] + "AAAA") is None
    monkeypatch.setattr(carried, "KEPT", timedelta(seconds=-1))
    assert carried.unpack("/a", closed) is None
