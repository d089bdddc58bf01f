"""The confidentiality agreement: nothing opens before its present wording is signed, for each programme."""

import pytest

from app.reviews import queries, services
from app.reviews.models import ConfidentialityAgreement
from app.reviews.queries import asking
from tests.client import text_of
from tests.factories.identity import actor_of, make_grant
from tests.factories.reviews import (
    make_assessed_proposal,
    make_assessing_call,
    make_officer,
    make_review,
    make_reviewer,
)
from tests.reviews.conftest import CANARY

pytestmark = pytest.mark.usefixtures("frozen")


class TestAgreement:
    @pytest.fixture
    def review(self, session, proposal):
        review = make_review(proposal, state="draft")
        session.commit()
        return review

    def test_nothing_opens_under_an_older_wording(self, session, client, sign_in, review, monkeypatch):
        browser, sheet = sign_in(client, review.reviewer), f"/reviews/{review.id}/sheet"
        assert CANARY in text_of(browser.get(sheet))
        monkeypatch.setattr("app.reviews.confidentiality.SHA256", "0" * 64)
        answer = browser.get(sheet)
        assert answer.location == f"/reviews/{review.id}#agreement"
        assert browser.act(sheet, **{"comment-A": "x"}).status_code == 404
        cover = f"/reviews/{review.id}"
        assert CANARY not in text_of(browser.get(cover))
        assert browser.fill(cover, f"{cover}/agree", signed_as=" ").status_code == 303
        assert browser.get(sheet).status_code == 303, "not signed yet"
        assert browser.fill(cover, f"{cover}/agree", signed_as="Me Myself").status_code == 303
        assert CANARY in text_of(browser.get(sheet))
        rows = session.query(ConfidentialityAgreement).filter_by(person_id=review.reviewer_id)
        assert len({row.text_sha256 for row in rows}) == 2

    def test_signing_twice_is_once_and_for_one_programme(self, session, review):
        me, other = actor_of(review.reviewer), make_assessing_call()
        services.agree(programme_id=review.proposal.call.programme_id, person=review.reviewer, name="Me", actor=me)
        assert session.query(ConfidentialityAgreement).count() == 1
        assert not asking.has_agreed(other.programme_id, review.reviewer_id)

    @pytest.mark.parametrize("signed", [0, 1])
    def test_what_was_signed_for_one_programme_opens_nothing_of_another(self, session, client, sign_in, signed):
        calls = [make_assessing_call(), make_assessing_call()]
        person = make_reviewer(calls[0])
        make_grant(calls[1].programme, person, "reviewer")
        reviews = [make_review(make_assessed_proposal(call=call), reviewer=person, state="draft") for call in calls]
        session.query(ConfidentialityAgreement).filter_by(programme_id=calls[1 - signed].programme_id).delete()
        session.commit()
        answers = [sign_in(client, person).get(f"/reviews/{review.id}/sheet").status_code for review in reviews]
        assert answers[signed] == 200
        assert answers[1 - signed] == 303, "to the agreement"
        for which, review in enumerate(reviews):
            asking.forget_agreements()
            found = queries.get_review(review.id)
            assert asking.has_agreed(found.proposal.call.programme_id, person.id) == (which == signed)

    def test_nobody_signs_for_another(self, session, client, sign_in, proposal, review):
        session.query(ConfidentialityAgreement).delete()
        other = make_reviewer(proposal.call)
        session.commit()
        for person in (other, make_officer(proposal.call)):
            session.commit()
            assert sign_in(client, person).act(f"/reviews/{review.id}/agree", signed_as="Me").status_code == 404
        assert not session.query(ConfidentialityAgreement).count()
