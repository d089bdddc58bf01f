"""Two schedulers at once: each reminder once, and a killed one is not missed."""

from __future__ import annotations

import os
import signal
from datetime import timedelta

from sqlalchemy import func, select

from app.core import clock
from app.core.db import unit_of_work
from app.core.outbox import OutboxEvent
from tests.factories.reviews import make_assessed_proposal, make_review
from tests.faults.instance import Instance

REVIEWS = 6


def due_reviews(instance: Instance) -> None:
    """Reviews asked for a month ago that are due tomorrow."""
    with instance.inside(), unit_of_work():
        now = clock.now()
        with clock.frozen(now - timedelta(days=30)):
            proposal = make_assessed_proposal()
            for _ in range(REVIEWS):
                make_review(proposal, state="draft", due_at=now + timedelta(hours=20))


def test_two_schedulers_remind_once(make_instance):
    instance: Instance = make_instance()
    due_reviews(instance)
    first, _second = instance.worker("scheduler"), instance.worker("scheduler")
    reminders = select(func.count(OutboxEvent.id)).where(OutboxEvent.name == "review.reminder")
    instance.wait(lambda: instance.ask(reminders) == REVIEWS, what="the reminders")
    os.killpg(first.pid, signal.SIGKILL)
    instance.wait(lambda: instance.waiting() == 0, what="everything delivered by the other")
    assert instance.ask(reminders) == REVIEWS
