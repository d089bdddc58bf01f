"""Signs of life of the service, and of the people who reached it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, func, select

from app.calls.models import (
    ServiceSpan,
)
from app.core.audit import AuditEntry
from app.core.db import affected
from app.extensions import db


def newest_span() -> ServiceSpan | None:
    """The span of signs of life that goes on, or the last one before the service fell silent."""
    return db.session.scalar(select(ServiceSpan).order_by(ServiceSpan.last_seen_at.desc()).limit(1))


def spans_since(moment: datetime) -> list[ServiceSpan]:
    """The spans that reach beyond an instant, and the one before them, oldest first."""
    before = select(func.max(ServiceSpan.last_seen_at)).where(ServiceSpan.last_seen_at <= moment).scalar_subquery()
    query = select(ServiceSpan).where((ServiceSpan.last_seen_at > moment) | (ServiceSpan.last_seen_at == before))
    return list(db.session.scalars(query.order_by(ServiceSpan.began_at, ServiceSpan.id)))


def forget_spans(until: datetime) -> int:
    """Delete the spans that ended before an instant; returns how many."""
    return affected(delete(ServiceSpan).where(ServiceSpan.last_seen_at < until))


def acts_of_people(begin: datetime, end: datetime) -> list[datetime]:
    """When people changed something between two instants: proof that they reached the service."""
    query = select(AuditEntry.at).where(AuditEntry.at > begin, AuditEntry.at < end, AuditEntry.actor_id.is_not(None))
    return list(db.session.scalars(query.order_by(AuditEntry.at)))
