"""Reviews, their scores, and every version of a sheet that was handed in."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    Uuid,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Record, Stateful, Versioned, one_of
from app.core.types import JsonColumn, UTCDateTime
from app.extensions import db
from app.identity.models import Person
from app.proposals.models import Proposal
from workflows.machine import Workflow
from workflows.reviewer_scoring import REVIEW, ReviewState


class Review(Stateful, db.Model):
    """One reviewer's task on one proposal. ``total_hundredths``: weighted points times 100, set when submitted.

    ``seconds_spent`` is what the open sheet measured of the reviewer's work; ``budget_remarks``: budget line → remark.
    ``field_versions``: field of the sheet → (version, open page) of its last change; ``rival_texts`` wait beside what stands;
    ``patch_receipts``: open page → how far its edits are taken in.
    ``pseudonym`` is what anybody but the programme's staff may know of the reviewer. ``sealed_number`` is the version judged.
    """

    __tablename__ = "review"
    __table_args__ = (
        UniqueConstraint("proposal_id", "reviewer_id", name="uq_review_once"),
        one_of("state", ReviewState),
        CheckConstraint(
            "state NOT IN ('submitted', 'final') OR (submitted_at IS NOT NULL AND total_hundredths IS NOT NULL)",
            name="scored_when_submitted",
        ),
        CheckConstraint(
            "state NOT IN ('accepted', 'draft', 'submitted', 'reopened', 'final') OR "
            "no_conflict_declared_at IS NOT NULL",
            name="no_conflict_when_open",
        ),
        Index("ix_review_reviewer_id", "reviewer_id", "state"),
    )
    workflow: ClassVar[Workflow] = REVIEW

    proposal_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("proposal.id", ondelete="CASCADE"))
    reviewer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    pseudonym: Mapped[str] = mapped_column(String(20))
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    invited_by_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    no_conflict_declared_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    comment_to_applicant: Mapped[str] = mapped_column(Text, default="")
    note_to_staff: Mapped[str] = mapped_column(Text, default="")
    recommended_minor: Mapped[int | None] = mapped_column(BigInteger)
    scores_saved_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    total_hundredths: Mapped[int | None] = mapped_column(Integer)
    sealed_number: Mapped[int] = mapped_column(Integer)
    seconds_spent: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    budget_remarks: Mapped[dict[str, str]] = mapped_column(JsonColumn, default=dict, server_default="{}")
    field_versions: Mapped[dict[str, Any]] = mapped_column(JsonColumn, default=dict, server_default="{}")
    rival_texts: Mapped[list[dict[str, Any]]] = mapped_column(JsonColumn, default=list, server_default="[]")
    patch_receipts: Mapped[dict[str, Any]] = mapped_column(JsonColumn, default=dict, server_default="{}")
    rapporteur: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    proposal: Mapped[Proposal] = relationship(lazy="raise")
    reviewer: Mapped[Person] = relationship(lazy="raise")


class CriterionScore(Versioned, db.Model):
    """A score with its reason; on a section of the rubric only the comment (``reason``), never a score.

    What is ``not_applicable`` has no score: it leaves the points and their maximum, and is not zero.
    """

    __tablename__ = "criterion_score"
    __table_args__ = (
        UniqueConstraint("review_id", "code", name="uq_criterion_score_once"),
        CheckConstraint("score IS NULL OR score BETWEEN 0 AND 10", name="score_in_range"),
        CheckConstraint("score IS NULL OR NOT not_applicable", name="no_score_when_not_applicable"),
    )

    review_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(String(20))
    score: Mapped[int | None] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(Text, default="")
    not_applicable: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())


class ReviewSubmission(Record, db.Model):
    """A sheet as it was handed in: never changed, so that revised scores stand beside the first ones.

    ``document`` holds the scores, texts and amounts of that moment; ``sha256`` is over its canonical JSON.
    """

    __tablename__ = "review_submission"
    __table_args__ = (UniqueConstraint("review_id", "number", name="uq_review_submission_number"),)

    review_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(Integer)
    submitted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    total_hundredths: Mapped[int] = mapped_column(Integer)
    document: Mapped[dict[str, Any]] = mapped_column(JsonColumn)
    sha256: Mapped[str] = mapped_column(String(64))
