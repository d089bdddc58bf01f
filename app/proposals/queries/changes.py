"""How answers changed, for the applicant's side."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from sqlalchemy import Select, func, select

from app.extensions import db
from app.proposals.models import AnswerChange


def last_changes(submission_id: uuid.UUID, question_ids: Collection[str]) -> dict[str, AnswerChange]:
    """The newest change of each of these answers."""
    newest = (
        select(
            AnswerChange.id,
            func.row_number()
            .over(partition_by=AnswerChange.question_id, order_by=(AnswerChange.at.desc(), AnswerChange.id.desc()))
            .label("place"),
        )
        .where(AnswerChange.stage_submission_id == submission_id, AnswerChange.question_id.in_(question_ids))
        .subquery()
    )
    query = select(AnswerChange).join(newest, newest.c.id == AnswerChange.id).where(newest.c.place == 1)
    return {change.question_id: change for change in db.session.scalars(query)}


def changes_of(submission_id: uuid.UUID, question_ids: Collection[str]) -> Select[tuple[AnswerChange]]:
    """Every change of these answers, the newest first."""
    return (
        select(AnswerChange)
        .where(AnswerChange.stage_submission_id == submission_id, AnswerChange.question_id.in_(question_ids))
        .order_by(AnswerChange.at.desc(), AnswerChange.id.desc())
    )


def get_change(submission_id: uuid.UUID, change_id: uuid.UUID) -> AnswerChange | None:
    """One change of an answer of this stage."""
    query = select(AnswerChange).where(AnswerChange.id == change_id, AnswerChange.stage_submission_id == submission_id)
    return db.session.scalar(query)
