"""Outages in the middle of the work: Redis killed under running workers, a mail server that refuses for a minute and more."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from redis import Redis
from sqlalchemy import select

from app.core import clock, outbox
from app.core.outbox import OutboxEvent
from app.core.types import SYSTEM_ACTOR
from app.extensions import db
from tests.factories.identity import make_person
from tests.faults.instance import Instance
from tests.faults.test_delivery import PATIENT
from tests.faults.world import APPLICANTS, all_told, announce, copies, populate

OUTAGE = 12.0  # longer than what the web waits before it asks Redis again, and than the sweeper's interval


@pytest.mark.postgres
def test_redis_killed_under_running_workers_delays_and_loses_nothing(make_instance, redis_server, smtp_server):
    instance: Instance = make_instance(ASSAY_REDIS_URL=redis_server.url, ASSAY_SMTP_URL=smtp_server.url, **PATIENT)
    code = populate(instance)
    workers = [instance.worker("rq"), instance.worker("scheduler")]
    with Redis.from_url(redis_server.url) as redis:
        instance.wait(lambda: bool(redis.scard("rq:workers")), what="the worker at Redis")
    announce(instance, code, 2)
    instance.wait(lambda: all_told(instance, 2), what="everybody told while Redis runs")
    redis_server.stop()
    gone = time.monotonic()
    announce(instance, code, 2)
    instance.wait(lambda: all_told(instance, 4), what="everybody told while Redis is away")
    time.sleep(max(0.0, OUTAGE - (time.monotonic() - gone)))
    assert all(worker.poll() is None for worker in workers), "a process ended with Redis"
    redis_server.start()
    with Redis.from_url(redis_server.url) as redis:
        instance.wait(lambda: bool(redis.scard("rq:workers")), what="the same worker back at Redis")
    announce(instance, code, 2)
    instance.wait(lambda: all_told(instance, 6), what="everybody told afterwards")
    assert all(worker.poll() is None for worker in workers)
    assert sorted(copies(smtp_server).values()) == [1] * 6 * APPLICANTS


@pytest.mark.parametrize("minutes", [1, 60, 60 * 24])
def test_an_outage_of_the_mail_server_never_uses_up_the_attempts(session, frozen, minutes):
    """The waits of a mail whose server is away, with the clock turned by hand: it is still tried, soon after the end."""
    event = outbox.publish("person.verification_requested", make_person(), SYSTEM_ACTOR)
    session.commit()
    begin = clock.now()
    end = begin + timedelta(minutes=minutes)
    tries = 0
    while clock.now() < end:
        ticket = outbox.claim(OutboxEvent, event.id)
        assert ticket is not None, "it is due when its wait is over"
        assert outbox.postpone(OutboxEvent, ticket, "away") is False
        session.commit()
        tries += 1
        frozen(db.session.scalar(select(OutboxEvent.available_at).where(OutboxEvent.id == event.id)))
    assert clock.now() - end <= timedelta(minutes=5), "the next try comes within five minutes"
    assert outbox.claim(OutboxEvent, event.id) is not None and tries > 1
    assert outbox.counts(OutboxEvent)["dead"] == 0


def test_refusals_of_one_mail_for_a_minute_leave_it_alive(session, frozen):
    """A 4xx answer to the mail itself counts as an attempt; a minute of them is far from giving up."""
    event = outbox.publish("person.verification_requested", make_person(), SYSTEM_ACTOR)
    session.commit()
    end = clock.now() + timedelta(minutes=1)
    while clock.now() < end:
        ticket = outbox.claim(OutboxEvent, event.id)
        assert ticket is not None and not outbox.fail(OutboxEvent, ticket, "451 try again later")
        session.commit()
        frozen(db.session.scalar(select(OutboxEvent.available_at).where(OutboxEvent.id == event.id)))
    attempts = db.session.scalar(select(OutboxEvent.attempts).where(OutboxEvent.id == event.id))
    assert attempts <= outbox.MAX_ATTEMPTS / 2
    assert outbox.claim(OutboxEvent, event.id) is not None
