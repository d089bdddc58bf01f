"""What identity asked to be mailed, read from the outbox."""

from __future__ import annotations

from sqlalchemy import select

from app.core.outbox import OutboxEvent
from app.extensions import db


def events(name: str) -> list[OutboxEvent]:
    """The events of that name, oldest first."""
    db.session.expire_all()
    return list(db.session.scalars(select(OutboxEvent).where(OutboxEvent.name == name).order_by(OutboxEvent.id)))


def last_link(name: str) -> str:
    """The path in the newest mail of that kind."""
    return str(events(name)[-1].payload["token_path"])
