"""What people on the applicant's side say to each other about answers, and who of them is here; nobody else sees it."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Record
from app.core.types import UTCDateTime
from app.extensions import db
from app.proposals.models.records import StageSubmission


class QuestionThread(Record, db.Model):
    """The comments on one question of a stage; settled once somebody says so, open again with the next comment."""

    __tablename__ = "question_thread"
    __table_args__ = (UniqueConstraint("stage_submission_id", "question_id", name="uq_question_thread_once"),)

    stage_submission_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("stage_submission.id", ondelete="CASCADE"))
    question_id: Mapped[str] = mapped_column(String(80))
    resolved_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    resolved_by_name: Mapped[str] = mapped_column(String(120), default="")
    stage_submission: Mapped[StageSubmission] = relationship(lazy="raise")


class QuestionComment(Record, db.Model):
    """One comment. ``told_at`` is when the others were written to about it."""

    __tablename__ = "question_comment"
    __table_args__ = (Index("ix_question_comment_thread_id", "thread_id"), Index("ix_question_comment_told", "told_at"))

    thread_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("question_thread.id", ondelete="CASCADE"))
    author_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    author_name: Mapped[str] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(Text)
    told_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    thread: Mapped[QuestionThread] = relationship(lazy="raise")


class Presence(Record, db.Model):
    """That a person has a stage open, in which section, and when their page last said so; a minute later it says nothing."""

    __tablename__ = "presence"
    __table_args__ = (
        UniqueConstraint("stage_submission_id", "person_id", name="uq_presence_once"),
        Index("ix_presence_seen_at", "seen_at"),
    )

    stage_submission_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("stage_submission.id", ondelete="CASCADE"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    person_name: Mapped[str] = mapped_column(String(120))
    section_id: Mapped[str] = mapped_column(String(80), default="")
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime)
