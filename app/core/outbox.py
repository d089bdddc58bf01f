"""The transactional outbox: an event is a row written with the change; leases make its delivery at-least-once."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Index, Integer, String, Text, Uuid, func, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.db import Record
from app.core.types import Actor, JsonColumn, UTCDateTime
from app.extensions import db

MAX_ATTEMPTS = 12
LEASE = timedelta(seconds=60)


class Leased:
    """Columns of work that one worker at a time may take: taken until ``available_at``, ended by ``done_at`` or ``dead_at``."""

    attempts: Mapped[int] = mapped_column(Integer, default=0)
    available_at: Mapped[datetime] = mapped_column(UTCDateTime, default=lambda: clock.unshifted())
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    dead_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    last_error: Mapped[str] = mapped_column(Text, default="")


class OutboxEvent(Record, Leased, db.Model):
    """Something that happened, in the past tense (``proposal.submitted``), waiting to be told."""

    __tablename__ = "outbox_event"
    __table_args__ = (Index("ix_outbox_event_due", "done_at", "available_at"),)

    name: Mapped[str] = mapped_column(String(80))
    subject_type: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    actor_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    occurred_at: Mapped[datetime] = mapped_column(UTCDateTime)
    payload: Mapped[dict[str, Any]] = mapped_column(JsonColumn, default=dict)
    dedupe_key: Mapped[str | None] = mapped_column(String(200), unique=True)


def publish(
    name: str, thing: Any, actor: Actor, *, dedupe_key: str | None = None, **payload: Any
) -> OutboxEvent | None:
    """Write an event about ``thing`` in the caller's transaction. ``payload``: ids and plain words only, no personal data.

    With a ``dedupe_key`` the event is written once for ever (a reminder of one day); later calls return nothing.
    """
    if dedupe_key and db.session.scalar(select(OutboxEvent.id).where(OutboxEvent.dedupe_key == dedupe_key)):
        return None
    event = OutboxEvent(
        name=name,
        subject_type=thing.__tablename__,
        subject_id=thing.id,
        actor_id=actor.person_id,
        occurred_at=clock.now(),
        payload={k: str(v) for k, v in payload.items()},
        dedupe_key=dedupe_key,
    )
    db.session.add(event)
    db.session.flush()
    db.session.info["poke"] = True
    return event


Work = TypeVar("Work", bound=Any)


def due(model: type[Work], limit: int = 200) -> list[uuid.UUID]:
    """Ids of work not done, not dead and not leased by somebody, oldest first."""
    return list(
        db.session.scalars(
            select(model.id)
            .where(model.done_at.is_(None), model.dead_at.is_(None), model.available_at <= real_now())
            .order_by(model.created_at, model.id)
            .limit(limit)
        )
    )


def claim(model: type[Work], ident: uuid.UUID) -> bool:
    """Take the lease on one row by compare-and-set; the caller commits at once. Only one of many callers gets it."""
    now = real_now()
    attempts = db.session.scalar(select(model.attempts).where(model.id == ident))
    if attempts is None:
        return False
    result = db.session.execute(
        update(model)
        .where(
            model.id == ident,
            model.attempts == attempts,
            model.done_at.is_(None),
            model.dead_at.is_(None),
            model.available_at <= now,
        )
        .values(attempts=attempts + 1, available_at=now + LEASE)
        .execution_options(synchronize_session=False)
    )
    return bool(result.rowcount == 1)  # type: ignore[attr-defined]


def complete(model: type[Work], ident: uuid.UUID) -> None:
    """Mark work as done, once."""
    db.session.execute(
        update(model)
        .where(model.id == ident, or_(model.done_at.is_(None)))
        .values(done_at=clock.now(), last_error="")
        .execution_options(synchronize_session=False)
    )


def fail(model: type[Work], ident: uuid.UUID, error: str) -> None:
    """Give work back after a failure: later each time, and to the dead letters after ``MAX_ATTEMPTS``."""
    attempts = db.session.scalar(select(model.attempts).where(model.id == ident)) or 1
    wait = timedelta(seconds=min(600, 2**attempts))
    dead = clock.now() if attempts >= MAX_ATTEMPTS else None
    db.session.execute(
        update(model)
        .where(model.id == ident, model.done_at.is_(None))
        .values(available_at=real_now() + wait, dead_at=dead, last_error=error[:2000])
        .execution_options(synchronize_session=False)
    )


def counts(model: type[Work]) -> dict[str, int]:
    """How much is waiting, done and dead."""
    total, done, dead = db.session.execute(
        select(func.count(model.id), func.count(model.done_at), func.count(model.dead_at))
    ).one()
    return {"waiting": total - done - dead, "done": done, "dead": dead}


def real_now() -> datetime:
    """Leases run on real time, even while development mode shifts the clock that people see."""
    return clock.unshifted()
