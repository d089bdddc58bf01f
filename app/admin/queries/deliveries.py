"""What waits to be told, was told, or was given up: events and mails alike."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select

from app.admin.queries.reach import within
from app.core.outbox import Leased, OutboxEvent, counts
from app.extensions import db

# Mails about accounts belong to no programme; their list entries name nobody.
OF_ACCOUNTS = ("person", "invitation")


def kinds() -> dict[str, Any]:
    """Name → model of every kind of work that is delivered."""
    return {model.__tablename__: model for model in Leased.__subclasses__()}  # type: ignore[attr-defined]


def figures() -> dict[str, tuple[dict[str, int], datetime | None]]:
    """Kind → how much is waiting, done and dead, and since when the oldest waits."""
    return {name: (counts(model), _oldest(model)) for name, model in kinds().items()}


def _oldest(model: Any) -> datetime | None:
    return db.session.scalar(select(func.min(model.created_at)).where(model.done_at.is_(None), model.dead_at.is_(None)))


def _in_reach(person_id: uuid.UUID, programme_ids: Collection[uuid.UUID]) -> ColumnElement[bool]:
    reachable = within(OutboxEvent.subject_type, OutboxEvent.subject_id, person_id, programme_ids)
    return or_(reachable, OutboxEvent.subject_type.in_(OF_ACCOUNTS))


def _dead(model: Any, person_id: uuid.UUID, programme_ids: Collection[uuid.UUID]) -> Select[Any, str]:
    """Given-up work of one kind within reach with its event's name, the newest first."""
    query = select(model, OutboxEvent.name)
    if model is not OutboxEvent:
        query = query.join(OutboxEvent, OutboxEvent.id == model.event_id)
    given_up = (model.dead_at.is_not(None), model.done_at.is_(None))
    return query.where(*given_up, _in_reach(person_id, programme_ids)).order_by(model.dead_at.desc(), model.id.desc())


def dead_letters(
    person_id: uuid.UUID, programme_ids: Collection[uuid.UUID], most: int = 100
) -> list[tuple[str, Any, str]]:
    """Kind, work and event name of what was given up, within reach; of each kind the newest."""
    return [
        (kind, work, event)
        for kind, model in kinds().items()
        for work, event in db.session.execute(_dead(model, person_id, programme_ids).limit(most))
    ]


def dead_letter(kind: str, ident: uuid.UUID, person_id: uuid.UUID, programme_ids: Collection[uuid.UUID]) -> Any | None:
    """One dead letter within reach."""
    model = kinds().get(kind)
    if model is None:
        return None
    return db.session.scalar(_dead(model, person_id, programme_ids).where(model.id == ident))
