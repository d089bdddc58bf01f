"""Calls for proposals and their stages; forms are immutable versions."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, Boolean, CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Record, Stateful, Versioned, one_of
from app.core.types import CurrencyCode, JsonColumn, Money, UTCDateTime
from app.extensions import db
from app.identity.models import Programme
from workflows.call_lifecycle import CALL, CallState
from workflows.machine import Workflow


class FormVersion(Record, db.Model):
    """A form as it was at one moment: never changed; ``sha256`` is over its canonical JSON.

    The long document is fetched only when somebody asks for it: parsed forms are kept by their SHA-256.
    """

    __tablename__ = "form_version"

    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    document: Mapped[dict[str, Any]] = mapped_column(JsonColumn, deferred=True)


class FormDraft(Versioned, db.Model):
    """The working copy of a stage's form: what a manager builds until it is applied or thrown away. One a stage."""

    __tablename__ = "form_draft"

    call_stage_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("call_stage.id", ondelete="CASCADE"), unique=True)
    based_on_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("form_version.id"))
    document: Mapped[dict[str, Any]] = mapped_column(JsonColumn)
    edited_by_name: Mapped[str] = mapped_column(String(120))
    call_stage: Mapped[CallStage] = relationship(lazy="joined")
    based_on: Mapped[FormVersion] = relationship(lazy="joined")


class StandardQuestion(Versioned, db.Model):
    """A question that several calls ask with the same meaning. Without a programme it is there for all of them.

    ``document`` is the question without its id and conditions; a form that asks it names the ``code``. Kind, options and
    currency never change: answers of all calls are counted together.
    """

    __tablename__ = "standard_question"

    code: Mapped[str] = mapped_column(String(40), unique=True)
    programme_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("programme.id"))
    document: Mapped[dict[str, Any]] = mapped_column(JsonColumn)
    created_by_name: Mapped[str] = mapped_column(String(120))
    retired_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    programme: Mapped[Programme | None] = relationship(lazy="joined")


class Call(Stateful, db.Model):
    """A call for proposals. Texts are ``{language: text}``. Instants are UTC; ``zone`` is the call's IANA zone."""

    __tablename__ = "call"
    __table_args__ = (
        one_of("state", CallState),
        CheckConstraint("budget_minor > 0", name="budget_positive"),
        CheckConstraint("opens_at < closes_at", name="opens_before_closing"),
        CheckConstraint(
            "state = 'draft' OR state = 'cancelled' OR published_at IS NOT NULL", name="published_at_known"
        ),
        Index("ix_call_programme_id", "programme_id"),
    )
    workflow: ClassVar[Workflow] = CALL

    programme_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("programme.id"))
    code: Mapped[str] = mapped_column(String(40), unique=True)
    reference_prefix: Mapped[str] = mapped_column(String(20), unique=True)
    title: Mapped[dict[str, str]] = mapped_column(JsonColumn)
    summary: Mapped[dict[str, str]] = mapped_column(JsonColumn)
    currency: Mapped[str] = mapped_column(CurrencyCode)
    budget_minor: Mapped[int] = mapped_column(BigInteger)
    zone: Mapped[str] = mapped_column(String(40))
    opens_at: Mapped[datetime] = mapped_column(UTCDateTime)
    closes_at: Mapped[datetime] = mapped_column(UTCDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    minerals: Mapped[list[str]] = mapped_column(JsonColumn, default=list)
    languages: Mapped[list[str]] = mapped_column(JsonColumn, default=list)
    rules: Mapped[dict[str, Any]] = mapped_column(JsonColumn)
    process: Mapped[dict[str, Any]] = mapped_column(JsonColumn)
    contact: Mapped[str] = mapped_column(Text, default="")
    documents: Mapped[list[dict[str, Any]]] = mapped_column(JsonColumn, default=list)
    sources: Mapped[list[str]] = mapped_column(JsonColumn, default=list)
    quiz: Mapped[list[dict[str, Any]]] = mapped_column(JsonColumn, default=list)
    contacts: Mapped[list[dict[str, Any]]] = mapped_column(JsonColumn, default=list)
    document_sha256: Mapped[str] = mapped_column(String(64), default="")
    last_reference: Mapped[int] = mapped_column(Integer, default=0)
    programme: Mapped[Programme] = relationship(lazy="raise")
    stages: Mapped[list[CallStage]] = relationship(order_by="CallStage.position", lazy="raise", back_populates="call")

    @property
    def budget(self) -> Money:
        return Money.from_minor(self.budget_minor, self.currency)


class CallStage(Versioned, db.Model):
    """One stage of a call (quick scan, full proposal): its dates, form, rubric and threshold checks."""

    __tablename__ = "call_stage"
    __table_args__ = (
        UniqueConstraint("call_id", "key", name="uq_call_stage_key"),
        UniqueConstraint("call_id", "position", name="uq_call_stage_position"),
        CheckConstraint("opens_at < closes_at", name="opens_before_closing"),
    )

    call_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("call.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(40))
    position: Mapped[int] = mapped_column(Integer)
    title: Mapped[dict[str, str]] = mapped_column(JsonColumn)
    opens_at: Mapped[datetime] = mapped_column(UTCDateTime)
    closes_at: Mapped[datetime] = mapped_column(UTCDateTime)
    opens_wall: Mapped[str] = mapped_column(String(20))
    closes_wall: Mapped[str] = mapped_column(String(20))
    answer_by: Mapped[datetime | None] = mapped_column(UTCDateTime)
    answer_by_wall: Mapped[str] = mapped_column(String(20), default="")
    form_version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("form_version.id"))
    rubric: Mapped[dict[str, Any]] = mapped_column(JsonColumn, default=dict)
    checks: Mapped[list[dict[str, Any]]] = mapped_column(JsonColumn, default=list)
    gives_advice: Mapped[bool] = mapped_column(Boolean, default=False)
    screens_on_receipt: Mapped[bool] = mapped_column(Boolean, default=False)
    call: Mapped[Call] = relationship(lazy="raise_on_sql", back_populates="stages")
    form_version: Mapped[FormVersion] = relationship(lazy="joined")


class ServiceSpan(Record, db.Model):
    """A time without a break in which the service gave signs of life; between two of them it did not."""

    __tablename__ = "service_span"
    __table_args__ = (Index("ix_service_span_last_seen_at", "last_seen_at"),)

    began_at: Mapped[datetime] = mapped_column(UTCDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UTCDateTime)


class CallDraft(Versioned, db.Model):
    """A call that is being written: its document, gaps and all. Whole, it is kept in step with a draft ``Call``.

    ``stage_ids`` says for each stage of the document which stage of the call it is; ``parts`` holds the version of this
    row in which each page was last changed, so that two people on two pages do not stand in each other's way.
    """

    __tablename__ = "call_draft"
    __table_args__ = (Index("ix_call_draft_programme_id", "programme_id"),)

    programme_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("programme.id"))
    call_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("call.id", ondelete="CASCADE"), unique=True)
    document: Mapped[dict[str, Any]] = mapped_column(JsonColumn)
    stage_ids: Mapped[list[str | None]] = mapped_column(JsonColumn, default=list)
    parts: Mapped[dict[str, int]] = mapped_column(JsonColumn, default=dict)
    is_whole: Mapped[bool] = mapped_column(Boolean, default=False)
    edited_at: Mapped[datetime] = mapped_column(UTCDateTime)
    edited_by_name: Mapped[str] = mapped_column(String(120))
    programme: Mapped[Programme] = relationship(lazy="raise_on_sql")
    call: Mapped[Call | None] = relationship(lazy="raise_on_sql")


class CallQuestion(Versioned, db.Model):
    """A question about a call: private between asker and staff; published, it is the staff's own anonymous wording."""

    __tablename__ = "call_question"
    __table_args__ = (
        CheckConstraint("answer = '' OR answered_at IS NOT NULL", name="answered_at_known"),
        CheckConstraint(
            "published_at IS NULL OR (public_text <> '' AND public_answer <> '')", name="published_is_said"
        ),
        Index("ix_call_question_call_id", "call_id"),
    )

    call_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("call.id", ondelete="CASCADE"))
    asked_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    asked_by_name: Mapped[str] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_by_name: Mapped[str] = mapped_column(String(120), default="")
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    public_text: Mapped[str] = mapped_column(Text, default="")
    public_answer: Mapped[str] = mapped_column(Text, default="")
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Announcement(Record, db.Model):
    """News of a call in its languages; never changed. An extension announces itself: ``stage_key`` and its new closing."""

    __tablename__ = "announcement"
    __table_args__ = (Index("ix_announcement_call_id", "call_id"),)

    call_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("call.id", ondelete="CASCADE"))
    text: Mapped[dict[str, str]] = mapped_column(JsonColumn)
    written_by_name: Mapped[str] = mapped_column(String(120))
    posted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    stage_key: Mapped[str] = mapped_column(String(40), default="")
    closes_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
