"""The round of reviews of a stage: its phase, what is said in it, and who was unblinded."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import ClassVar

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, String, Text, Uuid, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.calls.models import CallStage
from app.core.db import Record, Stateful, one_of
from app.core.types import UTCDateTime
from app.extensions import db
from app.proposals.models import Proposal
from app.reviews.models.scoring import Review
from workflows.machine import Workflow
from workflows.review_round import REVIEW_ROUND, RoundState
from workflows.unblinding import UNBLINDING, UnblindingState

UNBLINDING_SUBJECTS = ("reviewer", "applicant")
SIDES = ("reviewer", "staff")
RESOLUTIONS = ("third_review", "consensus", "accepted")


class ReviewRound(Stateful, db.Model):
    """The reviews of a stage as one round. The dates move it by themselves; what was moved by hand later counts more."""

    __tablename__ = "review_round"
    __table_args__ = (
        one_of("state", RoundState),
        CheckConstraint(
            "scoring_at IS NULL OR reading_at IS NULL OR scoring_at < reading_at", name="read_after_scores"
        ),
        CheckConstraint(
            "reading_at IS NULL OR discussing_at IS NULL OR reading_at < discussing_at", name="discuss_after_reading"
        ),
        CheckConstraint(
            "discussing_at IS NULL OR closes_at IS NULL OR discussing_at < closes_at", name="close_after_discussion"
        ),
    )
    workflow: ClassVar[Workflow] = REVIEW_ROUND

    call_stage_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("call_stage.id", ondelete="CASCADE"), unique=True)
    scoring_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    reading_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    discussing_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closes_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    call_stage: Mapped[CallStage] = relationship(lazy="raise")


class DiscussionMessage(Record, db.Model):
    """What a reviewer or the staff said in the discussion of a proposal; reviewers speak under the pseudonym of their review.

    Never changed. ``summary``: what the rapporteur wrote for the committee; the newest one counts.
    """

    __tablename__ = "discussion_message"
    __table_args__ = (
        one_of("side", SIDES),
        CheckConstraint("side <> 'reviewer' OR review_id IS NOT NULL", name="reviewers_have_reviews"),
        Index("ix_discussion_message_proposal_id", "proposal_id"),
    )

    proposal_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("proposal.id", ondelete="CASCADE"))
    review_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("review.id", ondelete="CASCADE"))
    author_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    side: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(Text)
    summary: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    proposal: Mapped[Proposal] = relationship(lazy="raise")
    review: Mapped[Review | None] = relationship(lazy="raise")


class Unblinding(Stateful, db.Model):
    """A request to show who reviewed (``reviewer``) or, in double blind review, who applies (``applicant``).

    One person asks with a reason, another one grants or refuses.
    """

    __tablename__ = "unblinding"
    __table_args__ = (
        one_of("state", UnblindingState),
        one_of("subject", UNBLINDING_SUBJECTS),
        CheckConstraint("decided_by_id IS NULL OR decided_by_id <> requested_by_id", name="two_people"),
        CheckConstraint(
            "state = 'requested' OR (decided_by_id IS NOT NULL AND decided_at IS NOT NULL)", name="decided"
        ),
        CheckConstraint("subject <> 'reviewer' OR review_id IS NOT NULL", name="review_named"),
        Index("ix_unblinding_proposal_id", "proposal_id"),
    )
    workflow: ClassVar[Workflow] = UNBLINDING

    proposal_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("proposal.id", ondelete="CASCADE"))
    review_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("review.id", ondelete="CASCADE"))
    subject: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(Text)
    requested_by_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    requested_by_name: Mapped[str] = mapped_column(String(120))
    decided_by_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    decided_by_name: Mapped[str] = mapped_column(String(120), default="")
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    proposal: Mapped[Proposal] = relationship(lazy="raise")
    review: Mapped[Review | None] = relationship(lazy="raise")


class DivergenceResolution(Record, db.Model):
    """What was decided about reviews that lay far apart; the newest one counts."""

    __tablename__ = "divergence_resolution"
    __table_args__ = (
        one_of("how", RESOLUTIONS),
        Index("ix_divergence_resolution_proposal_id", "proposal_id"),
    )

    proposal_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("proposal.id", ondelete="CASCADE"))
    how: Mapped[str] = mapped_column(String(15))
    note: Mapped[str] = mapped_column(Text)
    decided_by_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    decided_by_name: Mapped[str] = mapped_column(String(120))
