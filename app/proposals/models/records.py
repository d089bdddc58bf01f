"""Proposals: one reference and one thread each, with a submission for every stage of the call."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.calls.models import Call, CallStage, FormVersion
from app.core.db import Record, Stateful, Versioned, one_of
from app.core.encryption import PositionsJson
from app.core.files import StoredFile
from app.core.types import CurrencyCode, JsonColumn, Money, UTCDateTime
from app.extensions import db
from app.identity.models import Organisation
from workflows.machine import Workflow
from workflows.proposal_lifecycle import PROPOSAL, ProposalState
from workflows.proposal_submission import STAGE, StageState

CHECK_OUTCOMES = ("pass", "fail", "open")
ADVICE_OUTCOMES = ("positive", "negative")
SIDES = ("applicant", "programme")
CONFLICT_BASES = ("declared", "recorded_by_staff")


def _who_creates(context: Any) -> Any:
    """Whoever starts a proposal leads it, until it is handed over."""
    return context.get_current_parameters()["created_by_id"]


class Proposal(Stateful, db.Model):
    """A request for a grant by one organisation in one call. The summary columns come from its newest sealed version."""

    __tablename__ = "proposal"
    __table_args__ = (
        one_of("state", ProposalState),
        CheckConstraint("requested_minor IS NULL OR requested_minor >= 0", name="requested_not_negative"),
        Index("ix_proposal_call_id", "call_id", "state"),
        Index("ix_proposal_organisation_id", "organisation_id"),
    )
    workflow: ClassVar[Workflow] = PROPOSAL

    call_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("call.id"))
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    reference: Mapped[str] = mapped_column(String(40), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    created_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    lead_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), default=_who_creates)
    currency: Mapped[str] = mapped_column(CurrencyCode)
    requested_minor: Mapped[int | None] = mapped_column(BigInteger)
    countries: Mapped[list[str]] = mapped_column(JsonColumn, default=list)
    minerals: Mapped[list[str]] = mapped_column(JsonColumn, default=list)
    funding_window: Mapped[str] = mapped_column(String(40), default="", server_default="")
    call: Mapped[Call] = relationship(lazy="raise")
    organisation: Mapped[Organisation] = relationship(lazy="raise")
    stages: Mapped[list[StageSubmission]] = relationship(
        order_by="StageSubmission.position", lazy="raise", back_populates="proposal"
    )
    extensions: Mapped[list[StageExtension]] = relationship(
        primaryjoin="and_(foreign(StageExtension.organisation_id) == Proposal.organisation_id, "
        "or_(StageExtension.proposal_id.is_(None), StageExtension.proposal_id == Proposal.id))",
        order_by="StageExtension.created_at",
        lazy="raise",
        viewonly=True,
    )

    @property
    def requested(self) -> Money | None:
        return None if self.requested_minor is None else Money.from_minor(self.requested_minor, self.currency)


class StageSubmission(Stateful, db.Model):
    """What is written for one stage. ``answers`` is the working copy; what counts is the newest sealed version.

    ``section_versions`` tells at which version of this row each section was last saved; ``field_versions`` the same of
    each field by its posted name, with the open page that changed it, so that only two who change the same field get in
    each other's way. ``form_version`` is the form these answers are given to: what is submitted stays on its own when the
    call's form changes. ``earlier_forms`` are the SHA-256 of those it had before, the newest last; ``kept_answers`` holds
    what the present form does not show, by form and question (see ``carrying``).
    """

    __tablename__ = "stage_submission"
    __table_args__ = (
        UniqueConstraint("proposal_id", "call_stage_id", name="uq_stage_submission_once"),
        one_of("state", StageState),
        CheckConstraint(
            "state NOT IN ('submitted', 'screening', 'returned', 'accepted', 'advised', 'ineligible') "
            "OR (submitted_at IS NOT NULL AND sealed_number > 0)",
            name="sealed_when_submitted",
        ),
        CheckConstraint("state <> 'returned' OR correct_by IS NOT NULL", name="returned_has_date"),
    )
    workflow: ClassVar[Workflow] = STAGE

    proposal_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("proposal.id", ondelete="CASCADE"))
    call_stage_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("call_stage.id"))
    form_version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("form_version.id"))
    position: Mapped[int] = mapped_column(Integer)
    answers: Mapped[dict[str, Any]] = mapped_column(PositionsJson("answers"), default=dict)
    answers_saved_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    answers_saved_by: Mapped[str] = mapped_column(String(120), default="")
    section_versions: Mapped[dict[str, int]] = mapped_column(JsonColumn, default=dict)
    field_versions: Mapped[dict[str, Any]] = mapped_column(JsonColumn, default=dict)
    earlier_forms: Mapped[list[str]] = mapped_column(JsonColumn, default=list)
    kept_answers: Mapped[dict[str, dict[str, Any]]] = mapped_column(PositionsJson("answers"), default=dict)
    sign_off_asked_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    submitted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    submitted_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    sealed_number: Mapped[int] = mapped_column(Integer, default=0)
    returned_sections: Mapped[list[str]] = mapped_column(JsonColumn, default=list)
    return_text: Mapped[str] = mapped_column(Text, default="")
    correct_by: Mapped[datetime | None] = mapped_column(UTCDateTime)
    reason_codes: Mapped[list[str]] = mapped_column(JsonColumn, default=list)
    proposal: Mapped[Proposal] = relationship(lazy="raise", back_populates="stages")
    call_stage: Mapped[CallStage] = relationship(lazy="joined")
    form_version: Mapped[FormVersion] = relationship(lazy="joined")


class StageExtension(Record, db.Model):
    """More time in one stage for one applicant: a proposal of theirs, or all they have or begin. Only ever added."""

    __tablename__ = "stage_extension"
    __table_args__ = (Index("ix_stage_extension_call_stage_id", "call_stage_id", "organisation_id"),)

    call_stage_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("call_stage.id", ondelete="CASCADE"))
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    proposal_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("proposal.id", ondelete="CASCADE"))
    closes_at: Mapped[datetime] = mapped_column(UTCDateTime)
    closes_wall: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text)
    granted_by_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    granted_by_name: Mapped[str] = mapped_column(String(120))
    call_stage: Mapped[CallStage] = relationship(lazy="raise")
    organisation: Mapped[Organisation] = relationship(lazy="raise")
    proposal: Mapped[Proposal | None] = relationship(lazy="raise")


class SealedSubmission(Record, db.Model):
    """A submitted version, sealed: canonical JSON, its SHA-256 and those of its files. Never changed.

    ``late_seconds`` is how long after its deadline it came, within the grace time of the call; 0 when in time.
    """

    __tablename__ = "sealed_submission"
    __table_args__ = (UniqueConstraint("stage_submission_id", "number", name="uq_sealed_submission_number"),)

    stage_submission_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("stage_submission.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(Integer)
    snapshot: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    submitted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    submitted_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    submitted_by_name: Mapped[str] = mapped_column(String(120))
    late_seconds: Mapped[int] = mapped_column(Integer, default=0)
    stage_submission: Mapped[StageSubmission] = relationship(lazy="raise")


class SubmissionReceipt(Record, db.Model):
    """The signed receipt of a sealed version: the signed text, the signature and its public key (hexadecimal). Never changed."""

    __tablename__ = "submission_receipt"

    sealed_submission_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("sealed_submission.id", ondelete="CASCADE"), unique=True
    )
    text: Mapped[str] = mapped_column(Text)
    signature: Mapped[str] = mapped_column(String(128))
    public_key: Mapped[str] = mapped_column(String(64), index=True)


class ProposalFile(Record, db.Model):
    """A file that answers a question. Removing keeps the row, because a sealed version may name it."""

    __tablename__ = "proposal_file"
    __table_args__ = (Index("ix_proposal_file_stage_submission_id", "stage_submission_id"),)

    stage_submission_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("stage_submission.id", ondelete="CASCADE"))
    question_id: Mapped[str] = mapped_column(String(80))
    file_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("stored_file.id"))
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    file: Mapped[StoredFile] = relationship(lazy="joined")


class ScreeningCheck(Versioned, db.Model):
    """A threshold check of one submission, decided by a person; ``suggestion`` is what the answers tell."""

    __tablename__ = "screening_check"
    __table_args__ = (
        UniqueConstraint("stage_submission_id", "code", name="uq_screening_check_once"),
        one_of("outcome", CHECK_OUTCOMES),
        CheckConstraint("outcome = 'open' OR decided_by_id IS NOT NULL", name="decided_by_known"),
    )

    stage_submission_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("stage_submission.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(String(10))
    outcome: Mapped[str] = mapped_column(String(10), default="open")
    suggestion: Mapped[str] = mapped_column(String(10), default="open")
    suggestion_reason: Mapped[str] = mapped_column(Text, default="")
    note: Mapped[str] = mapped_column(Text, default="")
    decided_by_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)


class Advice(Versioned, db.Model):
    """The advice that ends a quick scan. A full proposal is possible after either advice."""

    __tablename__ = "advice"
    __table_args__ = (one_of("outcome", ADVICE_OUTCOMES),)

    stage_submission_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("stage_submission.id", ondelete="CASCADE"), unique=True
    )
    outcome: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(Text)
    written_by_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    given_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class ProposalMessage(Record, db.Model):
    """One message in a proposal's thread between applicant and programme."""

    __tablename__ = "proposal_message"
    __table_args__ = (one_of("side", SIDES), Index("ix_proposal_message_proposal_id", "proposal_id"))

    proposal_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("proposal.id", ondelete="CASCADE"))
    side: Mapped[str] = mapped_column(String(10))
    author_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    author_name: Mapped[str] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(Text)


class ConflictOfInterest(Record, db.Model):
    """A person must not see or judge a proposal. Never removed; it closes every way to the proposal at once."""

    __tablename__ = "conflict_of_interest"
    __table_args__ = (
        UniqueConstraint("person_id", "proposal_id", name="uq_conflict_of_interest_once"),
        one_of("basis", CONFLICT_BASES),
        Index("ix_conflict_of_interest_proposal_id", "proposal_id"),
    )

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    proposal_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("proposal.id", ondelete="CASCADE"))
    basis: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(Text, default="")
    recorded_by_id: Mapped[uuid.UUID] = mapped_column(Uuid)
