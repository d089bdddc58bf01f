"""The transactional outbox: an event is a row written with the change; leases make its delivery at-least-once."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Index, Integer, String, Text, Uuid, func, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.db import Record, affected
from app.core.types import Actor, JsonColumn, UTCDateTime
from app.extensions import current_settings, db

MAX_ATTEMPTS = 12
GIVE_UP_AFTER = timedelta(days=5)
DISCARDED = "Discarded by an operator after a restore."


class Leased:
    """Columns of work that one worker at a time may take: taken until ``available_at``, ended by ``done_at`` or ``dead_at``.

    ``turn`` counts every taking and handing out; who writes must name the turn he saw, so that one of many wins.
    ``attempts`` counts only real tries, so that work which merely waits in a queue is never given up. Until
    ``handed_until`` nobody puts another job for it into the queue; whichever job comes first may do it all the same.
    """

    turn: Mapped[int] = mapped_column(Integer, default=0)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    available_at: Mapped[datetime] = mapped_column(UTCDateTime, default=lambda: clock.unshifted())
    handed_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
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


class Ticket(NamedTuple):
    """One piece of work and the turn it was seen at; only who names the present turn may change it."""

    ident: uuid.UUID
    turn: int


def due(model: type[Work], limit: int = 200, *, to_hand_out: bool = False) -> list[Ticket]:
    """Work not done, not dead and not leased by somebody, oldest first; to hand out, only what no queued job waits for."""
    now = real_now()
    query = select(model.id, model.turn).where(*_open(model), model.available_at <= now, model.attempts < MAX_ATTEMPTS)
    if to_hand_out:
        query = query.where(or_(model.handed_until.is_(None), model.handed_until <= now))
    rows = db.session.execute(query.order_by(model.created_at, model.id).limit(limit))
    return [Ticket(ident, turn) for ident, turn in rows]


def claim(model: type[Work], ident: uuid.UUID) -> Ticket | None:
    """Take the lease by compare-and-set and count an attempt; the caller commits at once. Only one of many gets it."""
    turn = db.session.scalar(select(model.turn).where(model.id == ident))
    if turn is None:
        return None
    held, now = Ticket(ident, turn + 1), real_now()
    values = {"turn": held.turn, "attempts": model.attempts + 1, "available_at": _lease_end(now)}
    free = (model.turn == turn, model.available_at <= now, model.attempts < MAX_ATTEMPTS)
    return held if _update(model, ident, *free, **values) else None


def hand_out(model: type[Work], ticket: Ticket) -> Ticket | None:
    """Note that a job for this work goes into the queue; should the job be lost, its turn comes again after a while."""
    handed = Ticket(ticket.ident, ticket.turn + 1)
    values = {"turn": handed.turn, "handed_until": _lease_end(real_now())}
    return handed if _update(model, ticket.ident, model.turn == ticket.turn, **values) else None


def complete(model: type[Work], ident: uuid.UUID) -> bool:
    """Mark work as done; true for the one caller who did."""
    return _update(model, ident, done_at=clock.now(), last_error="")


def fail(model: type[Work], ticket: Ticket, error: str, *, hopeless: bool = False) -> bool:
    """Give work back after a failure: later each time, and to the dead letters after ``MAX_ATTEMPTS``. True when dead."""
    attempts = db.session.scalar(select(model.attempts).where(model.id == ticket.ident)) or 1
    dead = hopeless or attempts >= MAX_ATTEMPTS
    wait = timedelta(seconds=min(600, 2**attempts))
    values = {"available_at": real_now() + wait, "dead_at": clock.now() if dead else None, "last_error": error[:2000]}
    return _update(model, ticket.ident, model.turn == ticket.turn, **values) and dead


def postpone(model: type[Work], ticket: Ticket, error: str) -> bool:
    """Give work back that could not be tried fairly (the mail server is away): the attempt does not count.

    Waits double from 2 s to 5 minutes; after ``GIVE_UP_AFTER`` it goes to the dead letters all the same. True when dead.
    """
    created = db.session.scalar(select(model.created_at).where(model.id == ticket.ident))
    dead = created is None or clock.now() - created > GIVE_UP_AFTER
    wait = timedelta(seconds=min(300, 2 ** min(1 + ticket.turn // 2, 9)))
    values = {"available_at": real_now() + wait, "dead_at": clock.now() if dead else None, "last_error": error[:2000]}
    held = model.turn == ticket.turn
    return _update(model, ticket.ident, held, attempts=model.attempts - 1, **values) and dead


def pause(model: type[Work], seconds: float = 5) -> None:
    """Let all waiting work of a kind rest a little, for every worker at once."""
    now = real_now()
    waiting = update(model).where(*_open(model), model.available_at <= now)
    affected(waiting.values(available_at=now + timedelta(seconds=seconds)))


def bury_exhausted(model: type[Work]) -> int:
    """Move work whose every attempt ended without an answer (it killed its worker) to the dead letters."""
    exhausted = update(model).where(*_open(model), model.attempts >= MAX_ATTEMPTS, model.available_at <= real_now())
    return affected(exhausted.values(dead_at=clock.now()))


def revive(model: type[Work], ident: uuid.UUID | None = None) -> int:
    """Give one dead letter, or every one, a new start; for operators, after the cause is mended."""
    dead = update(model).where(model.done_at.is_(None), model.dead_at.is_not(None))
    if ident is not None:
        dead = dead.where(model.id == ident)
    return affected(dead.values(dead_at=None, attempts=0, available_at=real_now()))


def counts(model: type[Work]) -> dict[str, int]:
    """How much is waiting, done and dead."""
    total, done, dead = db.session.execute(
        select(func.count(model.id), func.count(model.done_at), func.count(model.dead_at))
    ).one()
    return {"waiting": total - done - dead, "done": done, "dead": dead}


def discard(model: type[Work], before: datetime) -> list[uuid.UUID]:
    """Count waiting work from before an instant as done without doing it; which it was."""
    idents = list(db.session.scalars(select(model.id).where(*_open(model), model.created_at < before)))
    return [ident for ident in idents if _update(model, ident, done_at=clock.now(), last_error=DISCARDED)]


def real_now() -> datetime:
    """Leases run on real time, even while development mode shifts the clock that people see."""
    return clock.unshifted()


def _lease_end(now: datetime) -> datetime:
    return now + timedelta(seconds=current_settings().lease_seconds)


def _open(model: type[Work]) -> tuple[Any, Any]:
    return model.done_at.is_(None), model.dead_at.is_(None)


def _update(model: type[Work], ident: uuid.UUID, *conditions: Any, **values: Any) -> bool:
    """One conditional UPDATE of one open piece of work; true when it took effect."""
    return bool(affected(update(model).where(model.id == ident, *_open(model), *conditions).values(**values)))
