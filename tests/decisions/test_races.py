"""Many at once on real PostgreSQL: money is never promised twice, a vote counts once, one ratification wins."""

import pytest

from app.core.errors import MoveRefused
from app.core.types import Money
from app.decisions import queries, services
from app.decisions.models import Decision, Vote
from app.extensions import db
from tests.factories.decisions import make_decision, make_manager, make_member
from tests.factories.identity import actor_of
from tests.factories.reviews import make_assessed_proposal, make_assessing_call
from tests.racing import in_transactions

pytestmark = pytest.mark.postgres
THREADS = 20
ROUNDS = 3
GRANT = Money.from_minor(30_000_00, "EUR")


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_twenty_ratifications_against_money_for_three(postgres_app, turn):
    with postgres_app.app_context():
        call = make_assessing_call(budget="100000.00")
        decisions = [
            make_decision(
                proposal=make_assessed_proposal(call=call, grant=30_000, state="deciding"), state="endorsed"
            ).id
            for _ in range(THREADS)
        ]
        manager = actor_of(make_manager(call))
        db.session.commit()

    def ratify(index):
        services.ratify(decision=queries.get_decision(decisions[index]), actor=manager)
        return True

    results = in_transactions(postgres_app, THREADS, ratify)
    with postgres_app.app_context():
        states = [d.state for d in db.session.query(Decision)]
        assert states.count("ratified") == results.count(True) == 3
        assert sum(d.amount_minor for d in db.session.query(Decision).filter_by(state="ratified")) <= 100_000_00
    refused = [r for r in results if r is not True]
    assert {type(r) for r in refused} == {MoveRefused}, [repr(r) for r in refused if not isinstance(r, MoveRefused)]
    assert {str(r) for r in refused} == {"The amount is more than what is left of the call's budget."}


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_twenty_votes_of_one_member_are_one(postgres_app, turn):
    with postgres_app.app_context():
        call = make_assessing_call()
        decision_id = make_decision(call=call).id
        member = actor_of(make_member(call))
        db.session.commit()

    def vote(_index):
        services.vote(decision=queries.get_decision(decision_id), choice="for", actor=member)
        return True

    results = in_transactions(postgres_app, THREADS, vote)
    assert not [r for r in results if isinstance(r, Exception)], results
    with postgres_app.app_context():
        assert db.session.query(Vote).count() == 1
        assert db.session.get(Decision, decision_id).state == "proposed", "one member is no quorum of two"


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_many_members_at_once_endorse_once(postgres_app, turn):
    with postgres_app.app_context():
        call = make_assessing_call()
        decision_id = make_decision(call=call).id
        members = [actor_of(make_member(call)) for _ in range(THREADS)]
        db.session.commit()

    def vote(index):
        services.vote(decision=queries.get_decision(decision_id), choice="for", actor=members[index])
        return True

    results = in_transactions(postgres_app, THREADS, vote)
    assert results.count(True) == 2, "the second vote is the deciding one; after it voting is over"
    with postgres_app.app_context():
        assert db.session.query(Vote).count() == 2
        assert db.session.get(Decision, decision_id).state == "endorsed"


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_fifty_ratifications_of_one_decision_are_one(postgres_app, turn):
    with postgres_app.app_context():
        call = make_assessing_call()
        decision_id = make_decision(call=call, state="endorsed").id
        managers = [actor_of(make_manager(call)) for _ in range(5)]
        db.session.commit()

    def ratify(index):
        services.ratify(decision=queries.get_decision(decision_id), actor=managers[index % 5])
        return True

    results = in_transactions(postgres_app, 50, ratify)
    lost = [r for r in results if r is not True]
    assert len(lost) == 49
    assert {type(r) for r in lost} == {MoveRefused}, {repr(r)[:200] for r in lost}
    with postgres_app.app_context():
        assert db.session.get(Decision, decision_id).state == "ratified"


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_ratifying_and_sending_back_at_once_leave_a_whole_state(postgres_app, turn):
    with postgres_app.app_context():
        call = make_assessing_call()
        decision_id = make_decision(call=call, state="endorsed").id
        manager = actor_of(make_manager(call))
        db.session.commit()

    def act(index):
        decision = queries.get_decision(decision_id)
        if index % 2:
            services.send_back(decision=decision, reason="Wait.", actor=manager)
        else:
            services.ratify(decision=decision, actor=manager)
        return True

    in_transactions(postgres_app, 12, act)
    with postgres_app.app_context():
        decision = db.session.get(Decision, decision_id)
        assert (decision.state, decision.round) in {("proposed", 2), ("ratified", 1)}
        assert (decision.ratified_by_id is None) is (decision.state == "proposed")
