"""Offline packs that came back."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Record
from app.core.encryption import SecretJson
from app.core.types import UTCDateTime
from app.extensions import db


class OfflineReturn(Record, db.Model):
    """An offline pack that came back: its fields as they came, kept also after they were merged."""

    __tablename__ = "offline_return"
    __table_args__ = (Index("ix_offline_return_stage_submission_id", "stage_submission_id"),)

    stage_submission_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("stage_submission.id", ondelete="CASCADE"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    person_name: Mapped[str] = mapped_column(String(120))
    pack: Mapped[dict[str, Any]] = mapped_column(SecretJson("offline_return.pack"))
    merged_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
