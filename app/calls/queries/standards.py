"""The library of standard questions."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from sqlalchemy import select

from app.calls.models import (
    StandardQuestion,
)
from app.extensions import db


def standard_by_code(code: str) -> StandardQuestion | None:
    """One question of the library by its code."""
    return db.session.scalar(select(StandardQuestion).where(StandardQuestion.code == code))


def standards_among(codes: Iterable[str]) -> list[StandardQuestion]:
    """Those of the library that have one of these codes."""
    query = select(StandardQuestion).where(StandardQuestion.code.in_(sorted(set(codes))))
    return list(db.session.scalars(query.order_by(StandardQuestion.code)))


def standards_for(programme_ids: Iterable[uuid.UUID], retired: bool = True) -> list[StandardQuestion]:
    """The library as these programmes see it: their own questions and those for all."""
    own = StandardQuestion.programme_id.in_(list(programme_ids)) | StandardQuestion.programme_id.is_(None)
    query = select(StandardQuestion).where(own).order_by(StandardQuestion.code)
    if not retired:
        query = query.where(StandardQuestion.retired_at.is_(None))
    return list(db.session.scalars(query))
