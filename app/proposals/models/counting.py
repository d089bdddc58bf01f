"""Counts of drafts, kept for the programme; never anything of what is in them."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Record
from app.core.types import JsonColumn, UTCDateTime
from app.extensions import db


class DraftCount(Record, db.Model):
    """How many drafts a stage had on one day, by how complete they were, and how many were submitted."""

    __tablename__ = "draft_count"
    __table_args__ = (UniqueConstraint("call_stage_id", "counted_on", name="uq_draft_count_day"),)

    call_stage_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("call_stage.id", ondelete="CASCADE"))
    counted_on: Mapped[date] = mapped_column(Date)
    counted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    bands: Mapped[list[int]] = mapped_column(JsonColumn)
    submitted: Mapped[int] = mapped_column(Integer)
