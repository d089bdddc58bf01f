"""The pages of one decision: proposing, voting, ratifying, and what may be read before."""

import pytest

from app.decisions import queries
from app.decisions.models import Vote
from app.reviews import queries as reviews_queries
from tests.client import soup, text_of
from tests.factories.decisions import make_decision, make_manager, make_member
from tests.factories.identity import make_staff
from tests.factories.reviews import (
    make_assessed_proposal,
    make_officer,
    make_review,
)

pytestmark = pytest.mark.usefixtures("frozen")


class TestProposing:
    def test_by_the_form(self, session, call, ranked, browse):
        browser, path = browse(make_officer(call)), f"/decisions/proposals/{ranked[0].id}/propose"
        answer = browser.fill(
            path, path, outcome="awarded", amount="90 000,50", rationale="Strong.", conditions="A licence.", feedback=""
        )
        assert (answer.status_code, answer.location) == (303, f"/decisions/proposals/{ranked[0].id}")
        decision = queries.decision_of(ranked[0].id)
        assert (decision.amount_minor, decision.conditions) == (9_000_050, "A licence.")

    @pytest.mark.parametrize(
        ("over", "text"),
        [
            ({"outcome": ""}, "Choose what is decided."),
            ({"amount": ""}, "An award needs an amount."),
            ({"amount": "lots"}, "Write the amount in digits"),
            ({"amount": "100000.01"}, "not above what was asked"),
            ({"amount": "0"}, "amount above zero"),
            ({"rationale": " "}, "Say why."),
        ],
    )
    def test_bad_input_is_named_and_kept(self, session, call, ranked, browse, over, text):
        browser, path = browse(make_officer(call)), f"/decisions/proposals/{ranked[0].id}/propose"
        given = {"outcome": "awarded", "amount": "90000", "rationale": "Strong.", "feedback": "Kept text", **over}
        answer = browser.fill(path, path, **given)
        assert answer.status_code == 422
        assert text in text_of(answer)
        assert "Kept text" in soup(answer).find(id="feedback").get_text()
        assert queries.decision_of(ranked[0].id) is None

    def test_revising_with_a_stale_page(self, session, call, ranked, browse):
        decision = make_decision(proposal=ranked[0])
        browser, path = browse(make_officer(call)), f"/decisions/{decision.id}/revise"
        old = browser.form(path, path)["values"]
        fresh = {**old, "outcome": "reserve", "reason": "Wait."}
        assert browser.post(path, data=fresh).status_code == 303
        late = browser.post(path, data={**old, "rationale": "Typed before.", "reason": "No."})
        assert late.status_code == 409
        assert "Typed before." in soup(late).find(id="rationale").get_text()
        session.expire_all()
        assert queries.decision_of(ranked[0].id).outcome == "reserve"


class TestVoting:
    def test_voting_and_changing_it(self, session, call, ranked, browse):
        decision = make_decision(proposal=ranked[0])
        page = f"/decisions/proposals/{ranked[0].id}"
        vote = f"/decisions/{decision.id}/vote"
        second, third = make_member(call), make_member(call)
        browser = browse(make_member(call))
        assert browser.fill(page, vote).status_code == 422
        assert browser.fill(page, vote, choice="against", note="Too dear.").status_code == 303
        assert "You have voted: Against" in text_of(browser.get(page))
        assert browser.fill(page, vote, choice="for").status_code == 303
        (only,) = session.query(Vote)
        assert only.choice == "for"
        browse(second).fill(page, vote, choice="for")
        session.expire_all()
        assert queries.decision_of(ranked[0].id).state == "endorsed"
        assert browse(third).act(vote, choice="for").status_code == 409

    def test_staff_do_not_vote(self, session, call, ranked, browse):
        decision = make_decision(proposal=ranked[0])
        for person in (make_officer(call), make_manager(call), make_staff(call.programme, "auditor")):
            browser = browse(person)
            assert not soup(browser.get(f"/decisions/proposals/{ranked[0].id}")).find(id="choice")
            assert browser.act(f"/decisions/{decision.id}/vote", choice="for").status_code == 404

    def test_reviewers_are_pseudonyms_and_confidential_notes_are_not_there(self, session, call, ranked, browse):
        page = text_of(browse(make_member(call)).get(f"/decisions/proposals/{ranked[0].id}"))
        for review in reviews_queries.final_reviews_of(ranked[0].id):
            assert review.pseudonym in page
            assert review.reviewer.name not in page
        assert "Ask for the licence." not in page


class TestRatifying:
    def test_the_proposer_sees_why_not(self, session, call, ranked, browse):
        manager = make_manager(call)
        decision = make_decision(proposal=ranked[0], state="endorsed", proposer=manager)
        browser = browse(manager)
        page = text_of(browser.get(f"/decisions/proposals/{ranked[0].id}"))
        assert "You proposed this decision; another person must ratify it." in page
        assert browser.act(f"/decisions/{decision.id}/moves/ratify").status_code == 409

    def test_another_person_ratifies_once(self, session, call, ranked, browse):
        decision = make_decision(proposal=ranked[0], state="endorsed")
        browser = browse(make_manager(call))
        page, move = f"/decisions/proposals/{ranked[0].id}", f"/decisions/{decision.id}/moves/ratify"
        values = browser.form(page, move)["values"]
        assert browser.post(move, data=values).status_code == 303
        assert browser.act(move, version=values["version"]).status_code == 409

    def test_sending_back_wants_a_reason(self, session, call, ranked, browse):
        decision = make_decision(proposal=ranked[0], state="endorsed")
        browser = browse(make_manager(call))
        move = f"/decisions/{decision.id}/moves/send_back"
        assert browser.act(move, version=decision.version).status_code == 422
        assert browser.act(move, version=decision.version, reason="Look again.").status_code == 303

    @pytest.mark.parametrize("move", ["endorse", "announce", "revise", "nonsense"])
    def test_other_moves_have_no_short_way(self, session, call, ranked, browse, move):
        decision = make_decision(proposal=ranked[0], state="ratified")
        assert browse(make_manager(call)).act(f"/decisions/{decision.id}/moves/{move}").status_code == 404


def test_before_it_is_tabled_the_committee_reads_no_review(session, call, browse):
    """A member who reviews the same proposal would see what the others think of it."""
    proposal = make_assessed_proposal(call=call)
    review = make_review(proposal, state="final")
    page = text_of(browse(make_member(call)).get(f"/decisions/proposals/{proposal.id}"))
    assert review.pseudonym not in page
    assert "80" not in page.replace(proposal.reference, "")


def test_a_proposal_still_in_review_has_no_decision_page_to_act_on(session, call, browse):
    proposal = make_assessed_proposal(call=call)
    page = browse(make_officer(call)).get(f"/decisions/proposals/{proposal.id}")
    assert page.status_code == 200
    assert "Propose a decision" not in text_of(page)
