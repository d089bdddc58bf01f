"""Voting and ratifying: quorum, four eyes, and the budget."""

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import IntegrityError

from app.core import audit, clock
from app.core.errors import Conflict, Invalid, MoveRefused
from app.decisions import queries, services
from app.decisions.models import Decision, Vote
from tests.decisions.conftest import events
from tests.factories.decisions import make_decision, make_manager, make_member
from tests.factories.identity import actor_of
from tests.factories.identity import make_member as join_organisation
from tests.factories.reviews import (
    make_assessing_call,
    make_conflict,
    make_officer,
)

pytestmark = pytest.mark.usefixtures("frozen")


class TestVoting:
    def test_the_deciding_vote_endorses_as_the_system(self, session, call):
        decision = make_decision(call=call)
        services.vote(decision=decision, choice="for", actor=actor_of(make_member(call)))
        assert decision.state == "proposed"
        services.vote(decision=decision, choice="for", note="Clear.", actor=actor_of(make_member(call)))
        assert decision.state == "endorsed"
        last = audit.history("decision", decision.id)[-1]
        assert (last.action, last.actor_id) == ("decision.endorse", None)
        assert len(events(session, "decision.endorsed")) == 1

    @pytest.mark.parametrize(
        ("choices", "state"),
        [
            (["for"], "proposed"),
            (["for", "against"], "proposed"),
            (["against", "against"], "proposed"),
            (["for", "abstain"], "proposed"),
            (["abstain", "abstain", "abstain"], "proposed"),
            (["for", "against", "for"], "endorsed"),
            (["for", "abstain", "for"], "endorsed"),
        ],
    )
    def test_quorum_and_majority(self, call, choices, state):
        decision = make_decision(call=call)
        for choice in choices:
            services.vote(decision=decision, choice=choice, actor=actor_of(make_member(call)))
        assert decision.state == state

    def test_a_vote_can_be_changed_until_the_quorum(self, session, call):
        decision, me = make_decision(call=call), actor_of(make_member(call))
        services.vote(decision=decision, choice="for", actor=me)
        services.vote(decision=decision, choice="against", note="On second thoughts.", actor=me)
        (only,) = session.query(Vote)
        assert (only.choice, only.note) == ("against", "On second thoughts.")
        assert [e.detail["before"] for e in audit.history("decision", decision.id)[1:]] == [None, "for"]

    def test_one_member_is_no_quorum(self, call):
        decision, me = make_decision(call=call), actor_of(make_member(call))
        for _ in range(5):
            services.vote(decision=decision, choice="for", actor=me)
        assert decision.state == "proposed"

    def test_after_the_quorum_it_is_over(self, call):
        decision = make_decision(call=call, state="endorsed")
        with pytest.raises(MoveRefused, match="Voting is over"):
            services.vote(decision=decision, choice="against", actor=actor_of(make_member(call)))

    def test_only_members_without_a_conflict(self, call):
        decision = make_decision(call=call)
        conflicted = make_member(call)
        make_conflict(conflicted, decision.proposal)
        insider = make_member(call)
        join_organisation(decision.proposal.organisation, "viewer", insider)
        strangers = [make_officer(call), make_manager(call), make_member(make_assessing_call())]
        for person in (conflicted, insider, *strangers):
            with pytest.raises(MoveRefused):
                services.vote(decision=decision, choice="for", actor=actor_of(person))

    def test_the_vote_of_a_member_whose_conflict_came_to_light_does_not_count(self, call):
        decision, gone = make_decision(call=call), make_member(call)
        services.vote(decision=decision, choice="for", actor=actor_of(gone))
        make_conflict(gone, decision.proposal)
        services.vote(decision=decision, choice="for", actor=actor_of(make_member(call)))
        assert decision.state == "proposed"

    def test_nonsense_is_refused(self, call):
        decision = make_decision(call=call)
        with pytest.raises(Invalid):
            services.vote(decision=decision, choice="maybe", actor=actor_of(make_member(call)))

    def test_a_vote_on_an_older_version_is_refused(self, call, officer):
        decision = make_decision(call=call)
        seen = decision.version
        services.revise(decision=decision, outcome="declined", reason="Too thin.", actor=officer)
        with pytest.raises(Conflict):
            services.vote(decision=decision, choice="for", actor=actor_of(make_member(call)), expected_version=seen)


class TestRatifying:
    def test_by_another_person(self, session, call):
        manager = make_manager(call)
        decision = make_decision(call=call, state="endorsed", proposer=manager)
        with pytest.raises(MoveRefused, match="another person"):
            services.ratify(decision=decision, actor=actor_of(manager))
        services.ratify(decision=decision, actor=actor_of(make_manager(call)))
        assert decision.state == "ratified"

    def test_the_database_too_wants_another_person(self, session, call):
        decision = make_decision(call=call, state="ratified")
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(text("UPDATE decision SET ratified_by_id = proposed_by_id"))
        assert decision.state == "ratified"

    def test_only_what_is_endorsed(self, call):
        decision = make_decision(call=call)
        with pytest.raises(MoveRefused):
            services.ratify(decision=decision, actor=actor_of(make_manager(call)))

    def test_only_managers_without_a_conflict(self, call):
        decision = make_decision(call=call, state="endorsed")
        conflicted = make_manager(call)
        make_conflict(conflicted, decision.proposal)
        for person in (conflicted, make_officer(call), make_member(call)):
            with pytest.raises(MoveRefused):
                services.ratify(decision=decision, actor=actor_of(person))

    def test_the_sum_stays_within_the_budget(self, session):
        call = make_assessing_call(budget="250000.00")
        states = []
        for _ in range(3):
            decision = make_decision(call=call, state="endorsed")
            try:
                services.ratify(decision=decision, actor=actor_of(make_manager(call)))
                states.append("ratified")
            except MoveRefused as refused:
                states.append(str(refused))
        assert states == ["ratified", "ratified", "The amount is more than what is left of the call's budget."]
        assert queries.budget_left_minor(call) == 5_000_000

    def test_exactly_the_rest_fits(self, session):
        call = make_assessing_call(budget="200000.00")
        for _ in range(2):
            assert make_decision(call=call, state="ratified").state == "ratified"
        assert queries.budget_left_minor(call) == 0

    def test_the_database_too_keeps_the_budget(self, session):
        call = make_assessing_call(budget="150000.00")
        make_decision(call=call, state="ratified")
        other = make_decision(call=call, state="endorsed")
        session.flush()
        with pytest.raises(IntegrityError, match="budget"), session.begin_nested():
            session.execute(
                update(Decision)
                .where(Decision.id == other.id)
                .values(state="ratified", ratified_at=clock.now(), ratified_by_id=call.id)
                .execution_options(synchronize_session=False)
            )

    def test_a_withdrawn_proposal_is_not_ratified(self, session, call):
        decision = make_decision(call=call, state="endorsed")
        decision.proposal.state = "withdrawn"
        session.flush()
        with pytest.raises(MoveRefused, match="no longer waiting"):
            services.ratify(decision=decision, actor=actor_of(make_manager(call)))
