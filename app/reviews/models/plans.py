"""What was computed about the reviews of a call: plans of who reviews what, and statistics."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.calls.models import Call
from app.core.db import Record, Versioned, one_of
from app.core.types import JsonColumn, UTCDateTime
from app.extensions import db

PLAN_BASES = ("optimal", "csv")


class AssignmentPlan(Versioned, db.Model):
    """Who would review what, with the certificate of how good that is; nothing happens until it is applied.

    ``settings`` and ``seed`` reproduce ``result`` from the same input, which ``input_sha256`` names.
    """

    __tablename__ = "assignment_plan"
    __table_args__ = (
        one_of("basis", PLAN_BASES),
        CheckConstraint("applied_at IS NULL OR applied_by_id IS NOT NULL", name="applied_by_somebody"),
        CheckConstraint("applied_at IS NULL OR computed_at IS NOT NULL", name="applied_when_computed"),
        Index("ix_assignment_plan_call_id", "call_id"),
    )

    call_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("call.id", ondelete="CASCADE"))
    basis: Mapped[str] = mapped_column(String(10))
    title: Mapped[str] = mapped_column(String(120), default="")
    made_by_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    made_by_name: Mapped[str] = mapped_column(String(120))
    seed: Mapped[int] = mapped_column(BigInteger, default=0)
    settings: Mapped[dict[str, Any]] = mapped_column(JsonColumn)
    input_sha256: Mapped[str] = mapped_column(String(64), default="")
    result: Mapped[dict[str, Any]] = mapped_column(JsonColumn, default=dict)
    failure: Mapped[str] = mapped_column(Text, default="")
    computed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    applied_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    applied_by_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    discarded_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    call: Mapped[Call] = relationship(lazy="raise")


class NumbersResult(Record, db.Model):
    """Statistics of a call's reviews, kept by the fingerprint of what they were computed from."""

    __tablename__ = "numbers_result"
    __table_args__ = (UniqueConstraint("call_id", "fingerprint", name="uq_numbers_result_once"),)

    call_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("call.id", ondelete="CASCADE"))
    fingerprint: Mapped[str] = mapped_column(String(64))
    document: Mapped[dict[str, Any]] = mapped_column(JsonColumn)
