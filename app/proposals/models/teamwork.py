"""What people who write one proposal together leave behind; the programme's side never sees any of it."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Record, one_of
from app.core.encryption import PositionsJson
from app.core.types import JsonColumn, UTCDateTime
from app.extensions import db
from app.identity.models import Person
from app.proposals.models.records import Proposal

TRANSFER_OUTCOMES = ("open", "accepted", "declined", "withdrawn")
COLLABORATOR_ROLES = ("editor", "contributor", "viewer", "signatory")


class ProposalCollaborator(Record, db.Model):
    """A person's part in one proposal, beside the members of its organisation.

    A part that ended is kept: the proposal stays closed to whoever works for a programme later. ``sections`` are those a
    contributor writes, each as ``stage/section``.
    """

    __tablename__ = "proposal_collaborator"
    __table_args__ = (
        UniqueConstraint("proposal_id", "person_id", name="uq_proposal_collaborator_once"),
        one_of("role", COLLABORATOR_ROLES),
        Index("ix_proposal_collaborator_person_id", "person_id"),
    )

    proposal_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("proposal.id", ondelete="CASCADE"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    role: Mapped[str] = mapped_column(String(12))
    sections: Mapped[list[str]] = mapped_column(JsonColumn, default=list)
    since: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    person: Mapped[Person] = relationship(lazy="raise")


class ProposalInvitation(Record, db.Model):
    """An invitation to work on one proposal, accepted by POST only; only the token's hash is kept."""

    __tablename__ = "proposal_invitation"
    __table_args__ = (
        one_of("role", COLLABORATOR_ROLES),
        CheckConstraint("accepted_at IS NULL OR withdrawn_at IS NULL", name="settled_once"),
        Index("ix_proposal_invitation_proposal_id", "proposal_id"),
        Index("ix_proposal_invitation_email_key", "email_key"),
    )

    proposal_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("proposal.id", ondelete="CASCADE"))
    email: Mapped[str] = mapped_column(String(254))
    email_key: Mapped[str] = mapped_column(String(254))
    role: Mapped[str] = mapped_column(String(12))
    sections: Mapped[list[str]] = mapped_column(JsonColumn, default=list)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    invited_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    invited_by_name: Mapped[str] = mapped_column(String(120))
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    proposal: Mapped[Proposal] = relationship(lazy="raise")


class ProposalTransfer(Record, db.Model):
    """The question to a member whether they will lead a proposal from now on; they alone can accept it."""

    __tablename__ = "proposal_transfer"
    __table_args__ = (
        one_of("outcome", TRANSFER_OUTCOMES),
        CheckConstraint("outcome = 'open' OR settled_at IS NOT NULL", name="settled_at_known"),
        Index("ix_proposal_transfer_proposal_id", "proposal_id"),
    )

    proposal_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("proposal.id", ondelete="CASCADE"))
    to_person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    asked_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    asked_by_name: Mapped[str] = mapped_column(String(120))
    outcome: Mapped[str] = mapped_column(String(10), default="open")
    settled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    proposal: Mapped[Proposal] = relationship(lazy="raise")
    to_person: Mapped[Person] = relationship(lazy="raise", foreign_keys=[to_person_id])


class AnswerChange(Record, db.Model):
    """How one person changed one answer in one go, from what it said ``before`` to what it said ``after``.

    Both are kept as the answers themselves are, so that what is encrypted there is encrypted here. ``created_at`` is when
    the person began, ``at`` when they saved last. Nobody's name means that the system did it (a form was changed).
    ``form_sha256`` tells by which form the values are to be read.
    """

    __tablename__ = "answer_change"
    __table_args__ = (Index("ix_answer_change_question", "stage_submission_id", "question_id", "at"),)

    stage_submission_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("stage_submission.id", ondelete="CASCADE"))
    form_sha256: Mapped[str] = mapped_column(String(64), default="")
    question_id: Mapped[str] = mapped_column(String(80))
    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    person_name: Mapped[str] = mapped_column(String(120))
    before: Mapped[Any] = mapped_column(PositionsJson("answers"))
    after: Mapped[Any] = mapped_column(PositionsJson("answers"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
