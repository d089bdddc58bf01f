"""What people who write one proposal together leave behind; the programme's side never sees any of it."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Record
from app.core.types import JsonColumn, UTCDateTime
from app.extensions import db


class AnswerChange(Record, db.Model):
    """How one person changed one answer in one go, from what it said ``before`` to what it said ``after``.

    Both are kept as the answers themselves are, so that what is encrypted there is encrypted here. ``created_at`` is when
    the person began, ``at`` when they saved last. Nobody's name means that the system did it (a form was changed).
    """

    __tablename__ = "answer_change"
    __table_args__ = (Index("ix_answer_change_question", "stage_submission_id", "question_id", "at"),)

    stage_submission_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("stage_submission.id", ondelete="CASCADE"))
    question_id: Mapped[str] = mapped_column(String(80))
    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    person_name: Mapped[str] = mapped_column(String(120))
    before: Mapped[Any] = mapped_column(JsonColumn)
    after: Mapped[Any] = mapped_column(JsonColumn)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
