"""What can be done with decisions: every refusal, and what each verb leaves behind."""

from decimal import Decimal

import pytest

from app.calls import queries as calls_queries
from app.core import audit
from app.core.errors import Conflict, Invalid, MoveRefused
from app.core.types import Money
from app.decisions import policy, queries, services
from tests.decisions.conftest import eur, events
from tests.factories.decisions import make_decision, make_manager, make_member
from tests.factories.identity import actor_of, make_grant, make_staff
from tests.factories.identity import make_member as join_organisation
from tests.factories.reviews import (
    make_assessed_proposal,
    make_conflict,
    make_officer,
    make_tabled_proposal,
)

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def proposal(call):
    return make_assessed_proposal(call=call, state="deciding")


class TestProposing:
    def test_a_proposed_award(self, proposal, officer):
        decision = services.propose(
            proposal=proposal, outcome="awarded", amount=eur(90_000), rationale=" Good. ", actor=officer
        )
        assert (decision.state, decision.amount, decision.round) == ("proposed", eur(90_000), 1)
        assert decision.rationale == "Good."
        assert [e.action for e in audit.history("decision", decision.id)] == ["decision.proposed"]

    @pytest.mark.parametrize("outcome", ["reserve", "declined"])
    def test_only_an_award_has_an_amount(self, proposal, officer, outcome):
        decision = services.propose(proposal=proposal, outcome=outcome, amount=eur(5), actor=officer)
        assert decision.amount_minor == 0

    @pytest.mark.parametrize(
        ("outcome", "amount", "field"),
        [
            ("awarded", None, "amount"),
            ("awarded", "0.00", "amount"),
            ("awarded", "100000.01", "amount"),
            ("postponed", "5.00", "outcome"),
        ],
    )
    def test_what_does_not_fit_is_refused(self, proposal, officer, outcome, amount, field):
        money = eur(amount) if amount else None
        with pytest.raises(Invalid) as refused:
            services.propose(proposal=proposal, outcome=outcome, amount=money, actor=officer)
        assert refused.value.field == field

    def test_another_currency_is_refused(self, proposal, officer):
        with pytest.raises(Invalid, match="EUR"):
            services.propose(proposal=proposal, outcome="awarded", amount=Money(Decimal(5), "USD"), actor=officer)

    def test_exactly_what_was_asked_is_possible(self, proposal, officer):
        assert services.propose(proposal=proposal, outcome="awarded", amount=eur(100_000), actor=officer)

    def test_twice_is_refused(self, proposal, officer):
        services.propose(proposal=proposal, outcome="declined", actor=officer)
        with pytest.raises(Invalid, match="already"):
            services.propose(proposal=proposal, outcome="declined", actor=officer)

    @pytest.mark.parametrize("state", ["assessing", "withdrawn", "reserve", "declined"])
    def test_only_what_is_before_the_committee(self, call, officer, state):
        proposal = make_assessed_proposal(call=call, state=state)
        with pytest.raises(MoveRefused):
            services.propose(proposal=proposal, outcome="declined", actor=officer)

    def test_only_staff_without_a_conflict(self, call, proposal):
        conflicted = make_officer(call)
        make_conflict(conflicted, proposal)
        insider = make_officer(call)
        join_organisation(proposal.organisation, "viewer", insider)
        others = [make_staff(call.programme, r) for r in ("committee_member", "reviewer", "auditor", "finance")]
        for person in (conflicted, insider, *others):
            with pytest.raises(MoveRefused):
                services.propose(proposal=proposal, outcome="declined", actor=actor_of(person))


class TestGoingBack:
    @pytest.mark.parametrize("state", ["endorsed", "ratified"])
    def test_sending_back_starts_a_new_round(self, session, call, state):
        decision = make_decision(call=call, state=state)
        services.send_back(decision=decision, reason="Ask for the licence.", actor=actor_of(make_manager(call)))
        assert (decision.state, decision.round) == ("proposed", 2)
        assert (decision.ratified_by_id, decision.ratified_at) == (None, None)
        assert queries.votes_of([decision])[decision.id] == []
        assert len(queries.all_votes_of(decision.id)) == 2, "the votes of the old round are kept"

    def test_sending_back_frees_the_money(self, call):
        decision = make_decision(call=call, state="ratified")
        before = queries.budget_left_minor(call)
        services.send_back(decision=decision, reason="Wait.", actor=actor_of(make_manager(call)))
        assert queries.budget_left_minor(call) == before + decision.amount_minor

    def test_a_reason_is_needed(self, call, officer):
        decision = make_decision(call=call, state="endorsed")
        with pytest.raises(Invalid):
            services.send_back(decision=decision, reason=" ", actor=actor_of(make_manager(call)))

    @pytest.mark.parametrize("state", ["proposed", "endorsed"])
    def test_revising(self, session, call, officer, state):
        decision = make_decision(call=call, state=state)
        votes = len(queries.all_votes_of(decision.id))
        services.revise(
            decision=decision, outcome="awarded", amount=eur(80_000), rationale="Less.", reason="Cut travel.",
            actor=officer,
        )  # fmt: skip
        assert (decision.state, decision.amount, decision.round) == ("proposed", eur(80_000), 2)
        assert decision.proposed_by_id == officer.person_id
        assert len(queries.all_votes_of(decision.id)) == votes
        last = audit.history("decision", decision.id)[-1]
        assert last.detail["before"] == {"outcome": "awarded", "amount_minor": 10_000_000}

    def test_whoever_revised_does_not_ratify(self, call):
        decision, reviser = make_decision(call=call), make_manager(call)
        services.revise(decision=decision, outcome="awarded", amount=eur(5), reason="Less.", actor=actor_of(reviser))
        for _ in range(2):
            services.vote(decision=decision, choice="for", actor=actor_of(make_member(call)))
        with pytest.raises(MoveRefused, match="another person"):
            services.ratify(decision=decision, actor=actor_of(reviser))

    @pytest.mark.parametrize("state", ["ratified", "announced"])
    def test_what_is_ratified_is_not_revised(self, call, officer, state):
        decision = make_decision(call=call, state=state)
        with pytest.raises(MoveRefused):
            services.revise(decision=decision, outcome="declined", reason="No.", actor=officer)

    def test_a_stale_version_is_refused(self, call, officer):
        decision = make_decision(call=call)
        seen = decision.version
        services.revise(decision=decision, outcome="reserve", reason="Wait.", actor=officer)
        with pytest.raises(Conflict):
            services.revise(decision=decision, outcome="declined", reason="No.", actor=officer, expected_version=seen)


class TestAnnouncing:
    @pytest.mark.parametrize("outcome", ["awarded", "reserve", "declined"])
    def test_the_proposal_follows_and_one_event_is_told(self, session, call, outcome):
        decision = make_decision(call=call, outcome=outcome, state="announced")
        assert decision.proposal.state == outcome
        (event,) = events(session, "decision.announced")
        assert event.payload == {
            "proposal_id": str(decision.proposal_id), "call_id": str(call.id), "outcome": outcome,
        }  # fmt: skip

    def test_in_bulk_all_or_none(self, session, call):
        ready = [make_decision(call=call, state="ratified") for _ in range(2)]
        unready = make_decision(call=call, state="endorsed")
        session.commit()
        manager = actor_of(make_manager(call))
        with pytest.raises(MoveRefused), session.begin_nested():
            services.announce(decisions=[*ready, unready], actor=manager)
        session.expire_all()
        assert services.announce(decisions=[queries.get_decision(d.id) for d in ready], actor=manager) == 2
        assert len(events(session, "decision.announced")) == 2

    def test_only_managers(self, call):
        decision = make_decision(call=call, state="ratified")
        for person in (make_officer(call), make_member(call)):
            with pytest.raises(MoveRefused):
                services.announce(decisions=[decision], actor=actor_of(person))

    def test_nothing_is_undone_after_it(self, call):
        decision = make_decision(call=call, state="announced")
        with pytest.raises(MoveRefused):
            services.send_back(decision=decision, reason="Oh.", actor=actor_of(make_manager(call)))

    def test_before_it_nothing_is_announced(self, call):
        decision = make_decision(call=call, state="ratified")
        assert queries.announced_decision_of(decision.proposal_id) is None


class TestClosing:
    def test_only_when_everything_is_announced(self, session, call):
        manager = actor_of(make_manager(call))
        make_decision(call=call, state="announced")
        waiting = make_assessed_proposal(call=call)
        with pytest.raises(MoveRefused, match="1 proposals"):
            services.close(call=call, actor=manager)
        waiting.state = "withdrawn"
        session.flush()
        services.close(call=call, actor=manager)
        assert call.state == "decided"


def test_results_take_as_many_queries_for_one_as_for_many(session, call, count_queries):
    officer = actor_of(make_officer(call))

    def ask():
        session.commit()
        session.expunge_all()
        with count_queries() as seen:
            found = queries.results_of_call(call.id, officer)
        return len(found), len(seen)

    def add():
        again = calls_queries.get_call(call.id)
        make_decision(proposal=make_tabled_proposal(call=again), state="endorsed")

    add()
    one = ask()
    for _ in range(3):
        add()
    many = ask()
    assert (one[0], many[0]) == (1, 4)
    assert one[1] == many[1] <= 14


def test_a_role_alone_is_not_enough_with_a_conflict(session, call):
    """Every relation of the programme's side is gone, whatever roles the person holds."""
    decision = make_decision(call=call, state="ratified")
    person = make_manager(call)
    for role in ("officer", "committee_member", "auditor"):
        make_grant(call.programme, person, role)
    make_conflict(person, decision.proposal)
    assert policy.relations(actor_of(person), decision) == frozenset()
