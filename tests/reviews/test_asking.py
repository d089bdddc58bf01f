"""Asking somebody by e-mail to review: from the page, bad input, limits, who may, and taking it back."""

import pytest

from app.reviews.models import ReviewInvitation
from tests.client import soup, text_of
from tests.factories.identity import make_person, make_staff
from tests.factories.reviews import (
    make_assessing_call,
    make_conflict,
    make_officer,
    make_reviewer,
)
from tests.reviews.invitations import EMAIL, ask, link_of

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def officer(proposal):
    return make_officer(proposal.call)


@pytest.fixture
def link(session, proposal, officer):
    path = link_of(ask(proposal, officer))
    session.commit()
    return path


class TestAsking:
    def test_from_the_page(self, session, client, sign_in, proposal, officer):
        session.commit()
        browser, path = sign_in(client, officer), f"/reviews/proposals/{proposal.id}/ask"
        answer = browser.fill(path, path, name="Nora", email=EMAIL.upper(), locale="fr", message="Bonjour")
        assert answer.status_code == 303
        row = session.query(ReviewInvitation).one()
        assert (row.name, row.locale, row.review_id, len(row.token_hash)) == ("Nora", "fr", None, 64)
        assert "Not answered" in text_of(browser.get(path))
        browser.fill(path, f"/reviews/invitations/{row.id}/withdraw")
        session.expire_all()
        assert session.query(ReviewInvitation).one().withdrawn_at is not None

    @pytest.mark.parametrize(
        "over",
        [{"email": "nobody"}, {"email": ""}, {"email": "a@b.c\nBcc: x@y.z"}, {"name": ""}, {"name": "x" * 121}, {"locale": "xx"},
         {"due_on": "2026-05-01"}, {"due_on": "soon"}, {"message": "x" * 2001}],
    )  # fmt: skip
    def test_bad_input_is_named(self, session, client, sign_in, proposal, officer, over):
        session.commit()
        path = f"/reviews/proposals/{proposal.id}/ask"
        answer = sign_in(client, officer).fill(path, path, **{"name": "Nora", "email": EMAIL, **over})
        assert answer.status_code == 422
        assert soup(answer).select(".field-wrong")
        assert not session.query(ReviewInvitation).count()

    def test_the_same_whether_there_is_an_account_or_not(self, session, client, sign_in, proposal, officer):
        make_person(email="known@example.org")
        session.commit()
        browser, path = sign_in(client, officer), f"/reviews/proposals/{proposal.id}/ask"
        answers = [
            browser.fill(path, path, name="N", email=f"{who}@example.org").status_code for who in ("known", "unknown")
        ]
        assert answers == [303, 303]

    def test_whom_it_is_closed_to_is_not_written_to(self, session, client, sign_in, proposal, officer):
        person, pool = make_person(email=EMAIL), make_reviewer(proposal.call, email="pool@example.org")
        make_conflict(person, proposal)
        session.commit()
        browser, path = sign_in(client, officer), f"/reviews/proposals/{proposal.id}/ask"
        assert "cannot be asked" in text_of(browser.fill(path, path, name="N", email=EMAIL))
        assert "in the list" in text_of(browser.fill(path, path, name="N", email=pool.email))
        assert not session.query(ReviewInvitation).count()

    def test_who_may_ask(self, session, client, sign_in, proposal):
        path = f"/reviews/proposals/{proposal.id}/ask"
        people = [make_staff(proposal.call.programme, role) for role in ("auditor", "reviewer", "committee_member")]
        people.append(make_officer(make_assessing_call()))
        session.commit()
        for person in people:
            browser = sign_in(client, person)
            assert browser.get(path).status_code == 404
            assert browser.act(path, name="N", email=EMAIL, due_on="2026-07-01").status_code == 404
        assert not session.query(ReviewInvitation).count()

    def test_a_colleague_of_another_programme_withdraws_nothing(self, session, client, sign_in, link):
        row = session.query(ReviewInvitation).one()
        stranger = make_officer(make_assessing_call())
        session.commit()
        assert sign_in(client, stranger).act(f"/reviews/invitations/{row.id}/withdraw").status_code == 404
        assert client.get(link).status_code == 200
