"""Reading notices, keeping count of periodic jobs, and going on after a restore."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update

from app.core import audit, clock, outbox, transitions
from app.core.db import affected
from app.core.outbox import OutboxEvent
from app.core.types import SYSTEM_ACTOR
from app.extensions import db
from app.identity import queries as identity
from app.notifications import telling
from app.notifications.models import EmailDelivery, Notification, PeriodicRun


def mark_read(*, notice: Notification) -> None:
    """Note that the person has seen a notice; seeing it again changes nothing."""
    if notice.read_at is None:
        notice.read_at = clock.now()
        db.session.flush()


def mark_all_read(*, person_id: uuid.UUID) -> int:
    """Note that the person has seen every notice written so far; returns how many were new."""
    unread = update(Notification).where(Notification.person_id == person_id, Notification.read_at.is_(None))
    return affected(unread.values(read_at=clock.now()))


def periodic_runs() -> dict[str, datetime]:
    """When each periodic job last began."""
    rows = db.session.execute(select(PeriodicRun.name, PeriodicRun.last_began_at))
    return {row.name: row.last_began_at for row in rows}


def is_over(began: datetime | None, every: timedelta) -> bool:
    """Whether the interval is over; a beginning in the future (the machine's clock was set back) does not count."""
    return began is None or not timedelta(0) <= outbox.real_now() - began < every


def begin_run(name: str, every: timedelta) -> bool:
    """Take a periodic job by compare-and-set; of many schedulers one wins, or all but one meet ``IntegrityError``."""
    now = outbox.real_now()
    began = db.session.scalar(select(PeriodicRun.last_began_at).where(PeriodicRun.name == name))
    if began is None:
        db.session.add(PeriodicRun(name=name, last_began_at=now))
        db.session.flush()
        return True
    if not is_over(began, every):
        return False
    unchanged = update(PeriodicRun).where(PeriodicRun.name == name, PeriodicRun.last_began_at == began)
    return bool(affected(unchanged.values(last_began_at=now)))


def run_all_soon() -> None:
    """Let every periodic job be due at once; for development, after the clock was moved."""
    affected(delete(PeriodicRun))


def resume(*, reason: str, discard_before: datetime | None) -> dict[str, int]:
    """Let delivery go on after a restore: drop what was written before an instant; every programme's trail tells of it."""
    dropped: dict[str, int] = {}
    for model in (OutboxEvent, EmailDelivery):
        gone = outbox.discard(model, discard_before) if discard_before else []
        dropped |= {model.__tablename__: len(gone)} if gone else {}
        if model is EmailDelivery:
            for ident in gone:
                telling.forget_secret(ident)
    for programme in identity.list_programmes():
        transitions.lock(programme)
        before = discard_before.isoformat() if discard_before else ""
        detail: dict[str, Any] = {"discard_before": before, **dropped}
        audit.record(programme, "delivery.resumed", SYSTEM_ACTOR, reason=reason, **detail)
    return dropped
