"""Leases: one taker of many, real tries counted, waiting not; failures wait longer and end as dead letters."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.core import clock, outbox
from app.core.db import unit_of_work
from app.core.outbox import MAX_ATTEMPTS, OutboxEvent, Ticket
from app.core.types import SYSTEM_ACTOR, new_id
from app.extensions import db
from tests.conftest import NOON
from tests.factories.identity import make_person
from tests.factories.notifications import add_event, make_event
from tests.racing import in_threads


@pytest.fixture
def event(app, frozen):
    return make_event(thing=make_person())


def stored(event):
    db.session.expire_all()
    return db.session.get(OutboxEvent, event.id)


def ticket(event):
    return Ticket(event.id, stored(event).turn)


def test_published_work_is_due_once_and_oldest_first(app, frozen):
    person = make_person()
    first, second = make_event(thing=person), add_event(thing=person)
    assert [t.ident for t in outbox.due(OutboxEvent)] == [first.id, second.id]
    assert [t.ident for t in outbox.due(OutboxEvent, limit=1)] == [first.id]


def test_a_dedupe_key_is_published_once(app, frozen):
    person = make_person()
    assert outbox.publish("x.y", person, SYSTEM_ACTOR, dedupe_key="k") is not None
    assert outbox.publish("x.y", person, SYSTEM_ACTOR, dedupe_key="k") is None


def test_only_one_claim_wins(event):
    held = outbox.claim(OutboxEvent, event.id)
    assert held == Ticket(event.id, 1)
    assert outbox.claim(OutboxEvent, event.id) is None
    assert stored(event).attempts == 1
    assert outbox.due(OutboxEvent) == []
    assert outbox.claim(OutboxEvent, new_id()) is None


def test_handing_out_counts_no_attempt_and_hinders_no_worker(event):
    assert outbox.hand_out(OutboxEvent, ticket(event)) == Ticket(event.id, 1)
    assert stored(event).attempts == 0
    assert outbox.due(OutboxEvent, to_hand_out=True) == []
    assert len(outbox.due(OutboxEvent)) == 1
    assert outbox.claim(OutboxEvent, event.id) is not None


def test_of_two_schedulers_one_hands_out(event):
    seen = ticket(event)
    assert outbox.hand_out(OutboxEvent, seen) is not None
    assert outbox.hand_out(OutboxEvent, seen) is None


def test_a_lost_job_is_handed_out_again_and_an_old_one_still_works(event, frozen, app):
    outbox.hand_out(OutboxEvent, ticket(event))
    frozen(NOON + timedelta(seconds=app.extensions["settings"].lease_seconds + 1))
    (again,) = outbox.due(OutboxEvent, to_hand_out=True)
    assert outbox.hand_out(OutboxEvent, again) is not None
    assert outbox.claim(OutboxEvent, event.id) is not None
    assert outbox.claim(OutboxEvent, event.id) is None


def test_a_lost_lease_comes_back(event, frozen, app):
    old = outbox.claim(OutboxEvent, event.id)
    frozen(NOON + timedelta(seconds=app.extensions["settings"].lease_seconds + 1))
    (again,) = outbox.due(OutboxEvent)
    new = outbox.claim(OutboxEvent, again.ident)
    assert new is not None and old is not None and new.turn > old.turn
    assert not outbox.fail(OutboxEvent, old, "late news of the old holder")
    assert stored(event).last_error == ""


def test_failures_wait_longer_and_end_as_dead_letters(event, frozen):
    moment, waits = NOON, []
    for _ in range(MAX_ATTEMPTS):
        held = outbox.claim(OutboxEvent, event.id)
        outbox.fail(OutboxEvent, held, "broken")
        waits.append((stored(event).available_at - moment).total_seconds())
        moment = stored(event).available_at
        frozen(moment)
    assert waits[:4] == [2, 4, 8, 16] and waits[-1] == 600
    assert stored(event).dead_at is not None
    assert outbox.due(OutboxEvent) == []
    assert outbox.revive(OutboxEvent) == 1
    assert [t.ident for t in outbox.due(OutboxEvent)] == [event.id]


def test_postponing_costs_no_attempt_but_ends_after_days(event, frozen):
    for _ in range(MAX_ATTEMPTS + 3):
        held = outbox.claim(OutboxEvent, event.id)
        assert not outbox.postpone(OutboxEvent, held, "the server is away")
        frozen(stored(event).available_at)
    assert stored(event).attempts == 0
    frozen(NOON + outbox.GIVE_UP_AFTER + timedelta(seconds=1))
    assert outbox.postpone(OutboxEvent, outbox.claim(OutboxEvent, event.id), "still away")
    assert stored(event).dead_at is not None


def test_work_that_kills_its_worker_is_buried(event, frozen, app):
    moment = NOON
    for _ in range(MAX_ATTEMPTS):
        assert outbox.claim(OutboxEvent, event.id) is not None
        moment += timedelta(seconds=app.extensions["settings"].lease_seconds + 1)
        frozen(moment)
    assert outbox.due(OutboxEvent) == []
    assert outbox.bury_exhausted(OutboxEvent) == 1
    assert outbox.counts(OutboxEvent) == {"waiting": 0, "done": 0, "dead": 1}


def test_a_pause_rests_only_what_waits(app, frozen):
    person = make_person()
    waiting, taken = make_event(thing=person), add_event(thing=person)
    outbox.claim(OutboxEvent, taken.id)
    lease = stored(taken).available_at
    outbox.pause(OutboxEvent, 5)
    assert stored(waiting).available_at == NOON + timedelta(seconds=5)
    assert stored(taken).available_at == lease


def test_completing_counts_once(event):
    assert outbox.complete(OutboxEvent, event.id)
    assert not outbox.complete(OutboxEvent, event.id)
    assert outbox.counts(OutboxEvent) == {"waiting": 0, "done": 1, "dead": 0}


def test_leases_use_real_time_while_people_see_another(app):
    clock.shift_file().write_text("=2030-01-01T00:00:00+00:00")
    make_event(thing=make_person())
    assert clock.now().year == 2030
    assert len(outbox.due(OutboxEvent)) == 1


@pytest.mark.postgres
def test_ten_workers_one_claim(postgres_app):
    with postgres_app.app_context():
        with unit_of_work():
            person = make_person()
        event = make_event(thing=person)

    def claim(_index):
        with postgres_app.app_context(), unit_of_work():
            return outbox.claim(OutboxEvent, event.id)

    won = [r for r in in_threads(10, claim) if r is not None]
    assert won == [Ticket(event.id, 1)]
