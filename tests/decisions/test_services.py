"""What can be done with decisions: every refusal, and what each verb leaves behind."""

from decimal import Decimal

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import IntegrityError

from app.calls import queries as calls_queries
from app.core import audit, clock
from app.core.errors import Conflict, Invalid, MoveRefused
from app.core.outbox import OutboxEvent
from app.core.types import Money
from app.decisions import policy, queries, services
from app.decisions.models import Decision, Vote
from tests.factories.decisions import make_decision, make_manager, make_member
from tests.factories.identity import actor_of, make_grant, make_staff
from tests.factories.identity import make_member as join_organisation
from tests.factories.reviews import (
    make_assessed_proposal,
    make_assessing_call,
    make_conflict,
    make_officer,
    make_tabled_proposal,
    reload,
)

pytestmark = pytest.mark.usefixtures("frozen")
HIGH, MIDDLE, PASSING = ({"A1": n, "A2": n, "B1": n} for n in (5, 4, 3))


def eur(amount):
    return Money(Decimal(amount), "EUR")


@pytest.fixture
def call(session):
    return make_assessing_call()


@pytest.fixture
def proposal(call):
    return make_assessed_proposal(call=call, state="deciding")


@pytest.fixture
def officer(call):
    return actor_of(make_officer(call))


def events(session, name):
    return list(session.query(OutboxEvent).filter_by(name=name))


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


class TestByRank:
    @pytest.fixture
    def ranked(self):
        call = make_assessing_call(budget="250000.00")
        spec = ((100_000, HIGH), (200_000, MIDDLE), (120_000, PASSING), (50_000, {"A1": 2, "A2": 2, "B1": 5}))
        proposals = [make_tabled_proposal(call=call, grant=g, scores=(s, s)) for g, s in spec]
        return call, proposals

    def outcomes(self, plan):
        return [(line.outcome, line.amount_minor // 100, line.skipped) for _, line in plan.lines]

    def test_the_plan(self, ranked, session):
        call, proposals = ranked
        plan = services.plan_by_rank(call, actor_of(make_officer(call)))
        assert [r.proposal.id for r, _ in plan.lines] == [p.id for p in proposals]
        assert self.outcomes(plan) == [
            ("awarded", 100_000, False), ("reserve", 0, False), ("reserve", 0, False), ("declined", 0, False),
        ]  # fmt: skip

    def test_a_skip_is_a_recorded_choice(self, ranked, session):
        call, proposals = ranked
        officer = actor_of(make_officer(call))
        skips = {str(proposals[1].id)}
        plan = services.plan_by_rank(call, officer, skips)
        assert self.outcomes(plan)[1:3] == [("reserve", 0, True), ("awarded", 120_000, False)]
        with pytest.raises(Invalid, match="why"):
            services.propose_by_rank(
                call=call, skips=skips, skip_reason=" ", fingerprint=plan.fingerprint, actor=officer
            )
        made = services.propose_by_rank(
            call=call, skips=skips, skip_reason="Too big.", fingerprint=plan.fingerprint, actor=officer
        )
        assert [d.outcome for d in made] == ["awarded", "reserve", "awarded", "declined"]
        assert "Too big." in made[1].rationale
        entry = audit.history("call", call.id)[-1]
        assert (entry.action, entry.reason) == ("call.proposed_by_rank", "Too big.")
        assert entry.detail["skipped"] == [proposals[1].reference]

    def test_another_ranking_than_previewed_is_refused(self, ranked, session):
        call, proposals = ranked
        officer = actor_of(make_officer(call))
        plan = services.plan_by_rank(call, officer)
        services.propose(proposal=reload(proposals[0]), outcome="declined", actor=officer)
        with pytest.raises(Conflict, match="preview"):
            services.propose_by_rank(call=call, skips=(), skip_reason="", fingerprint=plan.fingerprint, actor=officer)

    def test_what_is_proposed_already_is_left_alone_and_its_money_counted(self, ranked, session):
        call, proposals = ranked
        officer = actor_of(make_officer(call))
        services.propose(proposal=reload(proposals[1]), outcome="awarded", amount=eur(200_000), actor=officer)
        plan = services.plan_by_rank(call, officer)
        assert plan.left_minor == 5_000_000
        assert [o for o, _, _ in self.outcomes(plan)] == ["reserve", "reserve", "declined"]

    def test_without_a_reserve_list_the_rest_is_declined(self, session):
        call = make_assessing_call(budget="100000.00", process={"reserve_list": False})
        for scores in (HIGH, MIDDLE):
            make_tabled_proposal(call=call, scores=(scores, scores))
        plan = services.plan_by_rank(call, actor_of(make_officer(call)))
        assert [o for o, _, _ in self.outcomes(plan)] == ["awarded", "declined"]

    def test_a_conflict_anywhere_in_the_call_refuses(self, ranked, session):
        call, proposals = ranked
        officer = make_officer(call)
        make_conflict(officer, proposals[3])
        with pytest.raises(MoveRefused, match="conflict"):
            services.plan_by_rank(call, actor_of(officer))

    def test_ties_go_to_the_lower_rate(self, session):
        call = make_assessing_call()
        full = make_tabled_proposal(call=call, grant=100_000, total=100_000)
        shared = make_tabled_proposal(call=call, grant=100_000, total=200_000)
        plan = services.plan_by_rank(call, actor_of(make_officer(call)))
        assert [r.proposal.id for r, _ in plan.lines] == [shared.id, full.id]
        assert [line.ranked.rank for _, line in plan.lines] == [1, 2]


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
