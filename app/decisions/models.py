"""Funding decisions and the votes on them. Triggers keep the awards of a call within its budget."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import ClassVar

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Record, Stateful, one_of
from app.core.types import CurrencyCode, Money, UTCDateTime
from app.extensions import db
from app.proposals.models import Proposal
from workflows.funding_decision import DECISION, OUTCOMES, DecisionState
from workflows.machine import Workflow

CHOICES = ("for", "against", "abstain")


class Decision(Stateful, db.Model):
    """What the programme decides on one proposal. Only an announced decision may reach the applicant."""

    __tablename__ = "decision"
    __table_args__ = (
        one_of("state", DecisionState),
        one_of("outcome", OUTCOMES),
        CheckConstraint(
            "(outcome = 'awarded' AND amount_minor > 0) OR (outcome <> 'awarded' AND amount_minor = 0)",
            name="amount_fits_outcome",
        ),
        CheckConstraint(
            "state NOT IN ('ratified', 'announced') OR (ratified_by_id IS NOT NULL AND ratified_at IS NOT NULL "
            "AND ratified_by_id <> proposed_by_id)",
            name="ratified_by_another",
        ),
        CheckConstraint("state <> 'announced' OR announced_at IS NOT NULL", name="announced_at_known"),
        Index("ix_decision_call_id", "call_id"),
    )
    workflow: ClassVar[Workflow] = DECISION

    proposal_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("proposal.id", ondelete="CASCADE"), unique=True)
    call_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("call.id"))
    outcome: Mapped[str] = mapped_column(String(10))
    amount_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    currency: Mapped[str] = mapped_column(CurrencyCode)
    rationale: Mapped[str] = mapped_column(Text, default="")
    conditions: Mapped[str] = mapped_column(Text, default="")
    feedback: Mapped[str] = mapped_column(Text, default="")
    round: Mapped[int] = mapped_column(Integer, default=1)
    proposed_by_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    ratified_by_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    ratified_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    announced_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    proposal: Mapped[Proposal] = relationship(lazy="raise")

    @property
    def amount(self) -> Money:
        return Money.from_minor(self.amount_minor, self.currency)


class Vote(Record, db.Model):
    """One member's vote in one round; a revised or returned decision starts a new round."""

    __tablename__ = "vote"
    __table_args__ = (
        UniqueConstraint("decision_id", "member_id", "round", name="uq_vote_once"),
        one_of("choice", CHOICES),
    )

    decision_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("decision.id", ondelete="CASCADE"))
    member_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    round: Mapped[int] = mapped_column(Integer)
    choice: Mapped[str] = mapped_column(String(10))
    note: Mapped[str] = mapped_column(Text, default="")
