"""What the guards of the project workflows know, gathered from rows read after the lock."""

from __future__ import annotations

from collections.abc import Sequence

from app.core import clock
from app.core.types import Actor
from app.projects import queries
from app.projects.models import Agreement, Milestone, Payee, Payment, Report
from app.projects.queries import MilestoneRow
from workflows.agreement import AgreementFacts, AgreementState
from workflows.machine import Category
from workflows.milestone_monitoring import MilestoneFacts, MilestoneState
from workflows.payment import PaymentFacts, PaymentState
from workflows.progress_report import ReportFacts

SETTLED = frozenset({Category.DONE, Category.WITHDRAWN})


def agreement_facts(agreement: Agreement, actor: Actor) -> AgreementFacts:
    """Facts from the database as it is now."""
    rows = queries.milestone_rows(agreement.project_id)
    agreement = queries.agreement_of(agreement.project_id) or agreement
    return agreement_facts_of(agreement, rows, queries.payee_of(agreement.project_id), actor)


def agreement_facts_of(
    agreement: Agreement, rows: Sequence[MilestoneRow], payee: Payee | None, actor: Actor
) -> AgreementFacts:
    """Facts from rows that are loaded already."""
    payments = [row.payment for row in rows if row.payment is not None]
    kept = [p for p in payments if PaymentState(p.state) is not PaymentState.CANCELLED]
    return AgreementFacts(
        award_minor=agreement.project.award_minor,
        tranches_minor=sum(p.amount_minor for p in kept),
        payee_recorded=payee is not None,
        payee_confirmed=payee is not None and payee.confirmed_at is not None,
        payee_recorded_by_actor=payee is not None and payee.recorded_by_id == actor.person_id,
        sent_by_actor=agreement.sent_by_id == actor.person_id,
        open_milestones=sum(MilestoneState(r.milestone.state).category not in SETTLED for r in rows),
        unpaid_tranches=sum(PaymentState(p.state).category not in SETTLED for p in kept),
    )


def milestone_facts(milestone: Milestone, actor: Actor) -> MilestoneFacts:
    return MilestoneFacts(
        today=clock.now().date(),
        due_on=milestone.due_on,
        agreement_active=_agreement_state(milestone) is AgreementState.ACTIVE,
        evidence=len(queries.evidence_of(milestone.id)),
        account=milestone.account,
        finding=milestone.finding,
        reported_by_actor=milestone.reported_by_id == actor.person_id,
    )


def payment_facts(payment: Payment, actor: Actor) -> PaymentFacts:
    payee = queries.payee_of(payment.project_id)
    agreement = _agreement_state(payment)
    return PaymentFacts(
        condition_met=is_met(queries.state_of_milestone(payment.milestone_id)),
        agreement_active=agreement is AgreementState.ACTIVE,
        agreement_ended=agreement is AgreementState.TERMINATED,
        held=payment.held_at is not None,
        hold_reason=payment.held_reason,
        payee_confirmed=payee is not None and payee.confirmed_at is not None,
        payee_unchanged=payee is not None and payment.approved_payee_id in (None, payee.id),
        approved_by_actor=payment.approved_by_id == actor.person_id,
        requested_by_actor=payment.requested_by_id == actor.person_id,
        bank_reference=payment.bank_reference,
    )


def report_facts(report: Report, actor: Actor) -> ReportFacts:
    return ReportFacts(
        today=clock.now().date(),
        due_on=report.due_on,
        agreement_active=_agreement_state(report) is AgreementState.ACTIVE,
        narrative=report.narrative,
        submitted_by_actor=report.submitted_by_id == actor.person_id,
    )


def is_met(milestone_state: str) -> bool:
    """A milestone lets its tranche go when it is verified, or when the programme waived it."""
    return MilestoneState(milestone_state).category in SETTLED


def _agreement_state(part: Milestone | Payment | Report) -> AgreementState:
    agreement = queries.agreement_of(part.project_id)
    return AgreementState(agreement.state) if agreement else AgreementState.DRAFTED
