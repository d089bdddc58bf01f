"""What keeps typed words from being lost: what each page has sent, and the texts that could not simply be stored."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Record, one_of
from app.core.encryption import SecretJson
from app.core.types import UTCDateTime
from app.extensions import db

RIVAL, LATE, GONE = "rival", "late", "gone"
TEXT_KINDS = (RIVAL, LATE, GONE)


class PatchReceipt(Record, db.Model):
    """How far one open page (``client``) has got: changes up to this number were taken in, and are not taken twice."""

    __tablename__ = "patch_receipt"
    __table_args__ = (
        UniqueConstraint("stage_submission_id", "client", name="uq_patch_receipt_once"),
        Index("ix_patch_receipt_at", "at"),
    )

    stage_submission_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("stage_submission.id", ondelete="CASCADE"))
    client: Mapped[str] = mapped_column(String(40))
    sequence: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class RivalText(Record, db.Model):
    """A text that was typed and not stored as the answer, kept until somebody decides.

    ``rival``: another person (or the same one on another device) had changed the field; ``standing`` is what stood there.
    ``late``: the section could no longer be written in. ``gone``: the form no longer asks the question. ``typed`` holds
    the values as the page posted them, ``based_on`` the version of the submission that the page knew of the field.
    """

    __tablename__ = "rival_text"
    __table_args__ = (
        one_of("kind", TEXT_KINDS),
        CheckConstraint("settled_at IS NULL OR chosen <> ''", name="settled_by_a_choice"),
        Index("ix_rival_text_stage_submission_id", "stage_submission_id", "settled_at"),
    )

    stage_submission_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("stage_submission.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(10))
    section_id: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(200))
    typed: Mapped[list[str]] = mapped_column(SecretJson("rival_text"))
    standing: Mapped[Any] = mapped_column(SecretJson("rival_text"), nullable=True)
    client: Mapped[str] = mapped_column(String(40), default="")
    based_on: Mapped[int | None] = mapped_column(Integer)
    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    person_name: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    settled_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    settled_by_name: Mapped[str] = mapped_column(String(120), default="")
    chosen: Mapped[str] = mapped_column(String(10), default="")
