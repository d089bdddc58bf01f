"""The reviewers of a programme: who they are, what they agreed to, what they can take on, and how they were asked."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.calls.models import Call
from app.core.db import Record, Versioned, one_of
from app.core.types import JsonColumn, UTCDateTime
from app.extensions import db
from app.identity.models import PILLARS, Organisation, Person, Programme
from app.proposals.models import Proposal
from app.reviews.models.scoring import Review

BIDS = ("no", "reluctant", "neutral", "willing", "eager")
ANSWERS = ("accepted", "declined", "conflicted")


class ReviewerProfile(Versioned, db.Model):
    """What a reviewer of a programme knows and can take on. Lists hold codes: minerals, ISO countries, ISO languages.

    ``capacity``: reviews in one call. ``employer`` and ``pillar`` count where the person works outside Assay.
    """

    __tablename__ = "reviewer_profile"
    __table_args__ = (
        UniqueConstraint("programme_id", "person_id", name="uq_reviewer_profile_once"),
        CheckConstraint("capacity BETWEEN 0 AND 200", name="capacity_in_range"),
        CheckConstraint("away_from IS NULL OR away_until IS NULL OR away_from <= away_until", name="away_in_order"),
        one_of("pillar", ("", *PILLARS)),
        Index("ix_reviewer_profile_person_id", "person_id"),
    )

    programme_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    organisation_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organisation.id"))
    employer: Mapped[str] = mapped_column(String(200), default="")
    pillar: Mapped[str] = mapped_column(String(20), default="")
    minerals: Mapped[list[str]] = mapped_column(JsonColumn, default=list)
    countries: Mapped[list[str]] = mapped_column(JsonColumn, default=list)
    topics: Mapped[list[str]] = mapped_column(JsonColumn, default=list)
    languages: Mapped[list[str]] = mapped_column(JsonColumn, default=list)
    methods: Mapped[list[str]] = mapped_column(JsonColumn, default=list)
    about: Mapped[str] = mapped_column(Text, default="")
    capacity: Mapped[int] = mapped_column(Integer, default=5)
    away_from: Mapped[date | None] = mapped_column(Date)
    away_until: Mapped[date | None] = mapped_column(Date)
    person: Mapped[Person] = relationship(lazy="raise")
    programme: Mapped[Programme] = relationship(lazy="raise")
    organisation: Mapped[Organisation | None] = relationship(lazy="raise")


class ConfidentialityAgreement(Record, db.Model):
    """That a person agreed to a programme's confidentiality agreement; ``text_sha256`` tells to which wording."""

    __tablename__ = "confidentiality_agreement"
    __table_args__ = (
        UniqueConstraint("programme_id", "person_id", "text_sha256", name="uq_confidentiality_agreement_once"),
        Index("ix_confidentiality_agreement_person_id", "person_id"),
    )

    programme_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    text_sha256: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(120))
    agreed_at: Mapped[datetime] = mapped_column(UTCDateTime)


class CallReviewer(Versioned, db.Model):
    """What a reviewer can take on in one call; without a row the profile says it. ``standby``: asked when others drop out."""

    __tablename__ = "call_reviewer"
    __table_args__ = (
        UniqueConstraint("call_id", "person_id", name="uq_call_reviewer_once"),
        CheckConstraint("capacity BETWEEN 0 AND 200", name="capacity_in_range"),
        CheckConstraint("minimum BETWEEN 0 AND 200", name="minimum_in_range"),
        Index("ix_call_reviewer_person_id", "person_id"),
    )

    call_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("call.id", ondelete="CASCADE"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    capacity: Mapped[int] = mapped_column(Integer)
    minimum: Mapped[int] = mapped_column(Integer, default=0)
    available: Mapped[bool] = mapped_column(Boolean, default=True)
    standby: Mapped[bool] = mapped_column(Boolean, default=False)
    call: Mapped[Call] = relationship(lazy="raise")
    person: Mapped[Person] = relationship(lazy="raise")


class ReviewBid(Versioned, db.Model):
    """How much a reviewer would like to read a proposal, said from its names alone; ``no`` is never assigned."""

    __tablename__ = "review_bid"
    __table_args__ = (
        UniqueConstraint("proposal_id", "person_id", name="uq_review_bid_once"),
        one_of("value", BIDS),
        Index("ix_review_bid_person_id", "person_id"),
    )

    proposal_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("proposal.id", ondelete="CASCADE"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    value: Mapped[str] = mapped_column(String(10))


class ReviewInvitation(Record, db.Model):
    """A link by which somebody answers an invitation to review without signing in; only its hash is kept.

    For who has no account there is no ``review`` before the answer is yes.
    """

    __tablename__ = "review_invitation"
    __table_args__ = (
        one_of("answer", ("", *ANSWERS)),
        CheckConstraint("(answer = '') = (answered_at IS NULL)", name="answered_at_known"),
        Index("ix_review_invitation_proposal_id", "proposal_id"),
        Index("ix_review_invitation_review_id", "review_id"),
        Index("ix_review_invitation_email_key", "email_key"),
    )

    proposal_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("proposal.id", ondelete="CASCADE"))
    review_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("review.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(254))
    email_key: Mapped[str] = mapped_column(String(254))
    locale: Mapped[str] = mapped_column(String(5), default="en")
    message: Mapped[str] = mapped_column(Text, default="")
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    sealed_number: Mapped[int] = mapped_column(Integer)
    invited_by_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    answer: Mapped[str] = mapped_column(String(10), default="")
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    reason: Mapped[str] = mapped_column(Text, default="")
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    proposal: Mapped[Proposal] = relationship(lazy="raise")
    review: Mapped[Review | None] = relationship(lazy="raise")


class TrainingCase(Versioned, db.Model):
    """An invented proposal with known answers, by which reviewers of a call learn its scale.

    ``expected``: criterion → ``{"score": 4, "why": {language: text}}``. Texts are ``{language: text}``.
    """

    __tablename__ = "training_case"
    __table_args__ = (Index("ix_training_case_call_id", "call_id"),)

    call_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("call.id", ondelete="CASCADE"))
    title: Mapped[dict[str, str]] = mapped_column(JsonColumn)
    text: Mapped[dict[str, str]] = mapped_column(JsonColumn)
    expected: Mapped[dict[str, Any]] = mapped_column(JsonColumn)
    tolerance: Mapped[int] = mapped_column(Integer, default=1)
    retired_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    call: Mapped[Call] = relationship(lazy="raise")


class TrainingAnswer(Record, db.Model):
    """A reviewer's scores on a training case: criterion → score. The first try is kept, later ones stand beside it."""

    __tablename__ = "training_answer"
    __table_args__ = (Index("ix_training_answer_person_id", "person_id", "case_id"),)

    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("training_case.id", ondelete="CASCADE"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    scores: Mapped[dict[str, int]] = mapped_column(JsonColumn)
    within: Mapped[int] = mapped_column(Integer)
    asked: Mapped[int] = mapped_column(Integer)
