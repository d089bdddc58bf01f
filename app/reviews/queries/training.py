"""Training cases of a call, and what reviewers answered."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from app.calls.models import Call
from app.extensions import db
from app.reviews.models import TrainingAnswer, TrainingCase


def cases_of(call_id: uuid.UUID) -> list[TrainingCase]:
    """The cases of a call that are in use, the oldest first."""
    query = select(TrainingCase).where(TrainingCase.call_id == call_id, TrainingCase.retired_at.is_(None))
    return list(db.session.scalars(query.order_by(TrainingCase.created_at, TrainingCase.id)))


def get_case(ident: uuid.UUID) -> TrainingCase | None:
    """One case in use with its call."""
    call = joinedload(TrainingCase.call).options(selectinload(Call.stages), joinedload(Call.programme))
    query = select(TrainingCase).options(call)
    return db.session.scalar(query.where(TrainingCase.id == ident, TrainingCase.retired_at.is_(None)))


def last_answer(case_id: uuid.UUID, person_id: uuid.UUID) -> TrainingAnswer | None:
    """The newest answer of a person to a case."""
    query = select(TrainingAnswer).where(TrainingAnswer.case_id == case_id, TrainingAnswer.person_id == person_id)
    return db.session.scalar(query.order_by(TrainingAnswer.created_at.desc(), TrainingAnswer.id.desc()).limit(1))


def answered_by(person_id: uuid.UUID, case_ids: Collection[uuid.UUID]) -> frozenset[uuid.UUID]:
    """The cases among these that a person answered."""
    query = select(TrainingAnswer.case_id).where(
        TrainingAnswer.person_id == person_id, TrainingAnswer.case_id.in_(list(case_ids))
    )
    return frozenset(db.session.scalars(query)) if case_ids else frozenset()


def people_who_answered(case_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, int]:
    """Case id → how many people answered it."""
    query = select(TrainingAnswer.case_id, func.count(TrainingAnswer.person_id.distinct()))
    rows = db.session.execute(query.where(TrainingAnswer.case_id.in_(list(case_ids))).group_by(TrainingAnswer.case_id))
    return {row[0]: row[1] for row in rows}


def is_wanted(call: Call, person_id: uuid.UUID) -> bool:
    """Whether the call wants its reviewers trained, and this one left a case unanswered."""
    if not call.process.get("training", False):
        return False
    ids = {case.id for case in cases_of(call.id)}
    return bool(ids - answered_by(person_id, ids))
