"""Uploads on their way to a question; the bytes that have arrived lie in ``core.partials`` under the row's id."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Record, one_of
from app.core.types import UTCDateTime
from app.extensions import db
from app.proposals.models.records import StageSubmission

UPLOAD_OUTCOMES = ("open", "attached", "refused", "terminated", "expired")


class Upload(Record, db.Model):
    """A file that one person sends to one question of a stage, in pieces. ``received`` is told by the last piece only.

    ``refusal`` holds why a complete file was not accepted, in the words its sender was told.
    """

    __tablename__ = "upload"
    __table_args__ = (
        one_of("outcome", UPLOAD_OUTCOMES),
        CheckConstraint("length > 0", name="length_positive"),
        CheckConstraint("received >= 0 AND received <= length", name="received_within_length"),
        Index("ix_upload_stage_submission_id", "stage_submission_id"),
        Index("ix_upload_outcome", "outcome", "expires_at"),
    )

    stage_submission_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("stage_submission.id", ondelete="CASCADE"))
    question_id: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(255))
    length: Mapped[int] = mapped_column(BigInteger)
    received: Mapped[int] = mapped_column(BigInteger, default=0)
    created_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    outcome: Mapped[str] = mapped_column(String(12), default="open")
    stage_submission: Mapped[StageSubmission] = relationship(lazy="raise")
