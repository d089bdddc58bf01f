"""Funded projects: agreement, payee, milestones with evidence, tranches, ledger, reports, mine sites."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.calls.models import Call
from app.core.db import Record, Stateful, Versioned, one_of
from app.core.files import StoredFile
from app.core.types import CurrencyCode, Money, UTCDateTime
from app.decisions.models import Decision
from app.extensions import db
from app.identity.models import Organisation
from app.mines.models import STEPS, MineSite
from workflows.agreement import AGREEMENT, AgreementState
from workflows.machine import Workflow
from workflows.milestone_monitoring import MILESTONE, MilestoneState
from workflows.payment import PAYMENT, PaymentState
from workflows.progress_report import REPORT, ReportState

MILESTONE_KINDS = (
    "agreement_signed",
    "inception_report",
    "baseline_accepted",
    "site_selection_agreed",
    "work_plan_approved",
    "output_milestone",
    "mid_term_review",
    "field_visit_completed",
    "audit_received",
    "exit_plan",
    "final_report_approved",
    "closure",
)
REPORT_KINDS = ("inception", "progress", "annual", "financial_claim", "final")
LEDGER_KINDS = ("commitment", "commitment_reversal", "disbursement", "disbursement_reversal")


class Project(Versioned, db.Model):
    """An awarded proposal at work. ``award_minor`` equals the ratified amount."""

    __tablename__ = "project"
    __table_args__ = (
        CheckConstraint("award_minor > 0", name="award_positive"),
        Index("ix_project_organisation_id", "organisation_id"),
        Index("ix_project_call_id", "call_id"),
    )

    decision_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("decision.id"), unique=True)
    proposal_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("proposal.id"), unique=True)
    call_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("call.id"))
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    reference: Mapped[str] = mapped_column(String(40), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    currency: Mapped[str] = mapped_column(CurrencyCode)
    award_minor: Mapped[int] = mapped_column(BigInteger)
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    decision: Mapped[Decision] = relationship(lazy="raise")
    call: Mapped[Call] = relationship(lazy="raise")
    organisation: Mapped[Organisation] = relationship(lazy="raise")

    @property
    def award(self) -> Money:
        return Money.from_minor(self.award_minor, self.currency)


class Agreement(Stateful, db.Model):
    """The grant agreement of a project."""

    __tablename__ = "agreement"
    __table_args__ = (
        one_of("state", AgreementState),
        CheckConstraint(
            "state NOT IN ('signed', 'active', 'completed') OR (signed_by_id IS NOT NULL AND signed_at IS NOT NULL)",
            name="signed_by_known",
        ),
        CheckConstraint(
            "state NOT IN ('active', 'completed') OR (countersigned_by_id IS NOT NULL AND "
            "countersigned_by_id <> sent_by_id)",
            name="countersigned_by_another",
        ),
    )
    workflow: ClassVar[Workflow] = AGREEMENT

    project_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"), unique=True)
    terms: Mapped[str] = mapped_column(Text, default="")
    sent_by_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    signed_by_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    signed_by_name: Mapped[str] = mapped_column(String(120), default="")
    signed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    countersigned_by_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    countersigned_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    project: Mapped[Project] = relationship(lazy="raise")


class Payee(Record, db.Model):
    """A bank account, encrypted; a change is a new row that finance must confirm again. ``tail``: last four characters."""

    __tablename__ = "payee"
    __table_args__ = (
        CheckConstraint("confirmed_by_id IS NULL OR confirmed_by_id <> recorded_by_id", name="confirmed_by_another"),
        Index("ix_payee_project_id", "project_id"),
    )

    project_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    holder: Mapped[str] = mapped_column(String(160))
    bank: Mapped[str] = mapped_column(String(160))
    account_ciphertext: Mapped[bytes] = mapped_column(LargeBinary)
    tail: Mapped[str] = mapped_column(String(4))
    recorded_by_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    confirmed_by_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    superseded_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    project: Mapped[Project] = relationship(lazy="raise")


class Milestone(Stateful, db.Model):
    """Something the grantee promised by a date. ``account``: the grantee's words; ``finding``: the verifier's."""

    __tablename__ = "milestone"
    __table_args__ = (
        UniqueConstraint("project_id", "position", name="uq_milestone_position"),
        one_of("state", MilestoneState),
        one_of("kind", MILESTONE_KINDS),
        CheckConstraint(
            "state NOT IN ('reported', 'under_verification', 'verified') OR (reported_by_id IS NOT NULL AND "
            "reported_at IS NOT NULL)",
            name="reported_by_known",
        ),
        CheckConstraint(
            "state <> 'verified' OR (verified_by_id IS NOT NULL AND verified_by_id <> reported_by_id)",
            name="verified_by_another",
        ),
    )
    workflow: ClassVar[Workflow] = MILESTONE

    project_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(Integer)
    title: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(30))
    due_on: Mapped[date] = mapped_column(Date)
    account: Mapped[str] = mapped_column(Text, default="")
    finding: Mapped[str] = mapped_column(Text, default="")
    reported_by_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    reported_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    verified_by_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    verified_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    project: Mapped[Project] = relationship(lazy="raise")


class Evidence(Record, db.Model):
    """A file that shows that a milestone was reached."""

    __tablename__ = "evidence"
    __table_args__ = (Index("ix_evidence_milestone_id", "milestone_id"),)

    milestone_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("milestone.id", ondelete="CASCADE"))
    file_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("stored_file.id"))
    note: Mapped[str] = mapped_column(String(300), default="")
    added_by_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    file: Mapped[StoredFile] = relationship(lazy="joined")
    milestone: Mapped[Milestone] = relationship(lazy="raise")


class Payment(Stateful, db.Model):
    """A tranche of the award, due when its milestone is verified. Triggers keep the sum within the award."""

    __tablename__ = "payment"
    __table_args__ = (
        UniqueConstraint("project_id", "position", name="uq_payment_position"),
        one_of("state", PaymentState),
        CheckConstraint("amount_minor > 0", name="amount_positive"),
        CheckConstraint(
            "state NOT IN ('released', 'paid') OR (released_by_id IS NOT NULL AND approved_by_id IS NOT NULL AND "
            "released_by_id <> approved_by_id AND approved_payee_id IS NOT NULL)",
            name="released_by_another",
        ),
        CheckConstraint("state <> 'paid' OR (paid_at IS NOT NULL AND bank_reference <> '')", name="paid_at_known"),
    )
    workflow: ClassVar[Workflow] = PAYMENT

    project_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    milestone_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("milestone.id"), unique=True)
    position: Mapped[int] = mapped_column(Integer)
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(CurrencyCode)
    requested_by_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    approved_by_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    approved_payee_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("payee.id"))
    released_by_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    released_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    paid_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    bank_reference: Mapped[str] = mapped_column(String(80), default="")
    held_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    held_reason: Mapped[str] = mapped_column(Text, default="")
    project: Mapped[Project] = relationship(lazy="raise")
    milestone: Mapped[Milestone] = relationship(lazy="raise")

    @property
    def amount(self) -> Money:
        return Money.from_minor(self.amount_minor, self.currency)


class LedgerEntry(Record, db.Model):
    """One line of the programme's ledger. Only ever added; a correction is a reversal."""

    __tablename__ = "ledger_entry"
    __table_args__ = (
        one_of("kind", LEDGER_KINDS),
        CheckConstraint("amount_minor > 0", name="amount_positive"),
        UniqueConstraint("payment_id", "kind", name="uq_ledger_entry_payment"),
        Index("ix_ledger_entry_project_id", "project_id"),
    )

    project_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("project.id"))
    payment_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("payment.id"))
    kind: Mapped[str] = mapped_column(String(24))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(CurrencyCode)
    note: Mapped[str] = mapped_column(String(200), default="")
    payment: Mapped[Payment | None] = relationship(lazy="raise")

    @property
    def amount(self) -> Money:
        return Money.from_minor(self.amount_minor, self.currency)


class Report(Stateful, db.Model):
    """A report that the grantee owes by a date."""

    __tablename__ = "report"
    __table_args__ = (
        one_of("state", ReportState),
        one_of("kind", REPORT_KINDS),
        Index("ix_report_project_id", "project_id"),
        CheckConstraint(
            "state NOT IN ('submitted', 'accepted') OR submitted_by_id IS NOT NULL", name="submitted_by_known"
        ),
        CheckConstraint(
            "state <> 'accepted' OR (accepted_by_id IS NOT NULL AND accepted_by_id <> submitted_by_id)",
            name="accepted_by_another",
        ),
    )
    workflow: ClassVar[Workflow] = REPORT

    project_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(20))
    due_on: Mapped[date] = mapped_column(Date)
    narrative: Mapped[str] = mapped_column(Text, default="")
    submitted_by_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    submitted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    accepted_by_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    project: Mapped[Project] = relationship(lazy="raise")


class ProjectSite(Record, db.Model):
    """A mine site that a project works with, and the step it stood on when that began."""

    __tablename__ = "project_site"
    __table_args__ = (
        UniqueConstraint("project_id", "mine_site_id", name="uq_project_site_once"),
        one_of("baseline_step", STEPS),
        Index("ix_project_site_mine_site_id", "mine_site_id"),
    )

    project_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    mine_site_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("mine_site.id"))
    baseline_step: Mapped[str] = mapped_column(String(2))
    mine_site: Mapped[MineSite] = relationship(lazy="joined")
    project: Mapped[Project] = relationship(lazy="raise")
