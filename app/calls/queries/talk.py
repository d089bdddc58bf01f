"""Questions about calls, published answers, and news."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from sqlalchemy import select

from app.calls.models import (
    Announcement,
    CallQuestion,
)
from app.extensions import db


def get_question(question_id: uuid.UUID) -> CallQuestion | None:
    """One question about a call."""
    return db.session.get(CallQuestion, question_id)


def questions_of(call_id: uuid.UUID, asked_by: uuid.UUID | None = None) -> list[CallQuestion]:
    """All questions about a call, or those of one person: unanswered first, the oldest of them on top."""
    query = select(CallQuestion).where(CallQuestion.call_id == call_id)
    if asked_by is not None:
        query = query.where(CallQuestion.asked_by_id == asked_by)
    return list(db.session.scalars(query.order_by(CallQuestion.answer != "", CallQuestion.created_at, CallQuestion.id)))


def published_answers(call_ids: Iterable[uuid.UUID]) -> list[CallQuestion]:
    """What was published to all, the newest first."""
    query = select(CallQuestion).where(CallQuestion.call_id.in_(list(call_ids)), CallQuestion.published_at.is_not(None))
    return list(db.session.scalars(query.order_by(CallQuestion.published_at.desc(), CallQuestion.id)))


def announcements_of(call_ids: Iterable[uuid.UUID]) -> list[Announcement]:
    """News of these calls, the newest first."""
    query = select(Announcement).where(Announcement.call_id.in_(list(call_ids)))
    return list(db.session.scalars(query.order_by(Announcement.posted_at.desc(), Announcement.id)))


def get_announcement(announcement_id: uuid.UUID) -> Announcement | None:
    """One announcement."""
    return db.session.get(Announcement, announcement_id)
