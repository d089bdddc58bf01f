"""Redis absent, emptied, flooded with repeats: it only wakes the workers."""

from __future__ import annotations

import time

import pytest
from redis import Redis
from sqlalchemy import select

from app.core import queue
from app.core.db import unit_of_work
from app.core.outbox import OutboxEvent
from app.notifications.models import EmailDelivery
from tests.faults.instance import Instance
from tests.faults.test_delivery import PATIENT
from tests.faults.world import APPLICANTS, all_told, announce, copies, populate

pytestmark = pytest.mark.postgres


def test_without_redis_everything_arrives_and_with_it_the_workers_take_over(make_instance, redis_server, smtp_server):
    redis_server.stop()
    instance: Instance = make_instance(ASSAY_REDIS_URL=redis_server.url, ASSAY_SMTP_URL=smtp_server.url, **PATIENT)
    code = populate(instance)
    announce(instance, code, 4)
    scheduler, _worker = instance.worker("scheduler"), instance.worker("rq")
    instance.wait(lambda: all_told(instance, 4), what="everybody told without Redis")
    scheduler.terminate()
    assert scheduler.wait(5) == 0
    redis_server.start()
    time.sleep(queue.QUIET_SECONDS)
    announce(instance, code, 4)
    instance.wait(lambda: all_told(instance, 8), what="everybody told by the worker alone")
    assert sorted(copies(smtp_server).values()) == [1] * 8 * APPLICANTS


def test_a_redis_emptied_twenty_times_in_a_rush_loses_nothing(make_instance, redis_server, smtp_server):
    instance: Instance = make_instance(ASSAY_REDIS_URL=redis_server.url, ASSAY_SMTP_URL=smtp_server.url)
    code = populate(instance)
    workers = [instance.worker("rq"), instance.worker("scheduler")]
    redis = Redis.from_url(redis_server.url)
    instance.wait(lambda: bool(redis.scard("rq:workers")), what="the worker at Redis")
    for _ in range(20):
        announce(instance, code, 1)
        redis.flushall()
    instance.wait(lambda: all_told(instance, 20), what="everybody told")
    assert all(worker.poll() is None for worker in workers)
    assert sorted(copies(smtp_server).values()) == [1] * 20 * APPLICANTS
    redis.close()


def test_the_same_work_enqueued_ten_times_is_done_once(make_instance, redis_server, smtp_server):
    instance: Instance = make_instance(ASSAY_REDIS_URL=redis_server.url, ASSAY_SMTP_URL=smtp_server.url, **PATIENT)
    code = populate(instance)
    redis_server.stop()
    announce(instance, code, 1)
    redis_server.start()
    for path, model in (
        ("app.notifications.jobs.expand_event", OutboxEvent),
        ("app.notifications.jobs.send_email", EmailDelivery),
    ):
        enqueue_ten_times(instance, path, model)
        if model is OutboxEvent:
            workers = [instance.worker("rq"), instance.worker("rq")]
            instance.wait(lambda: all_told(instance, 1), what="everybody told")
    time.sleep(2)
    assert all(worker.poll() is None for worker in workers)
    assert all_told(instance, 1)
    assert sorted(copies(smtp_server).values()) == [1] * APPLICANTS


def enqueue_ten_times(instance: Instance, path: str, model) -> None:
    """Ask for every piece of work of a kind ten times."""
    with instance.inside(), unit_of_work():
        from app.extensions import db

        idents = db.session.scalars(select(model.id)).all()
        queue._silent_until[0] = 0.0
        for _ in range(10):
            for ident in idents:
                assert queue.enqueue(path, str(ident))
