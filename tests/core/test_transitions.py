"""State changes: one winner among many, audit and event in the same transaction, nothing of a refused move stays."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.calls.models import Call
from app.core import audit, clock, transitions
from app.core.errors import Conflict, Invalid, MoveRefused
from app.core.outbox import OutboxEvent
from app.core.types import Actor, new_id
from app.extensions import db
from app.identity.models import Programme
from tests.racing import in_threads
from workflows.call_lifecycle import CallFacts

ACTOR = Actor(new_id(), "Manager")


def draft_call() -> Call:
    programme = Programme(code=f"P{new_id().hex[-8:]}", name="Programme")
    db.session.add(programme)
    db.session.flush()
    now = clock.now()
    call = Call(
        programme_id=programme.id,
        code=f"C{new_id().hex[-8:]}",
        reference_prefix=f"R{new_id().hex[-8:]}",
        title={"en": "Call"},
        summary={},
        currency="EUR",
        budget_minor=100,
        zone="UTC",
        opens_at=now,
        closes_at=now + timedelta(days=1),
        rules={},
        process={},
        published_at=now,
    )
    transitions.begin(call, ACTOR, "call.created")
    return call


def facts(call: Call) -> CallFacts:
    return CallFacts(now=clock.now(), opens_at=call.opens_at, closes_at=call.closes_at)


def publish(call: Call, **more: object):
    return transitions.fire(call, "publish", actor=ACTOR, relations={"manager"}, facts=lambda: facts(call), **more)


def test_move_writes_state_audit_and_event(session):
    call = draft_call()
    publish(call, note="detail")
    assert call.state == "published" and call.version == 2
    entries = audit.history("call", call.id)
    assert [(e.action, e.from_state, e.to_state) for e in entries] == [
        ("call.created", None, "draft"),
        ("call.publish", "draft", "published"),
    ]
    assert entries[1].detail == {"note": "detail"}
    assert session.scalars(select(OutboxEvent.name)).all() == ["call.published"]


def test_refused_move_changes_nothing(session):
    call = draft_call()
    with pytest.raises(MoveRefused, match="role"):
        transitions.fire(call, "publish", actor=ACTOR, relations={"officer"}, facts=lambda: facts(call))
    assert call.state == "draft" and len(audit.history("call", call.id)) == 1
    assert session.scalar(select(OutboxEvent.id)) is None


def test_reason_is_compulsory_where_the_row_says_so(session):
    call = draft_call()
    with pytest.raises(Invalid, match="reason"):
        transitions.fire(call, "cancel", actor=ACTOR, relations={"manager"}, facts=lambda: facts(call), reason=" ")


def test_stale_version_is_a_conflict(session):
    call = draft_call()
    with pytest.raises(Conflict):
        publish(call, expected_version=7)


@pytest.mark.postgres
def test_of_fifty_parallel_moves_one_wins(postgres_app):
    with postgres_app.app_context():
        ident = draft_call().id
        db.session.commit()

    def press(_index: int) -> str:
        with postgres_app.app_context():
            call = db.session.get(Call, ident)
            try:
                publish(call, expected_version=1)
                db.session.commit()
            except (Conflict, MoveRefused) as error:
                db.session.rollback()
                return type(error).__name__
            return "won"

    for _round in range(3):
        results = in_threads(15, press)
        if _round == 0:
            assert results.count("won") == 1
        assert set(results) <= {"won", "Conflict", "MoveRefused"}
    with postgres_app.app_context():
        assert [e.action for e in audit.history("call", ident)] == ["call.created", "call.publish"]
        assert db.session.scalars(select(OutboxEvent.name)).all() == ["call.published"]
        assert audit.verify() == []
