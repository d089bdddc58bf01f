"""Turns after the award: agreements, bank accounts, milestones, payments, reports."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

from flask_babel import gettext

from app.core.types import Money
from app.dashboard.present import links
from app.dashboard.present.tasks import due_day
from app.dashboard.present.turns import Found
from app.dashboard.queries import running
from app.dashboard.queries.desk import WORKING_ROLES, Desk
from app.web.filters import money
from workflows.actors import FINANCE
from workflows.agreement import AgreementState
from workflows.machine import N_
from workflows.milestone_monitoring import MilestoneState
from workflows.payment import PaymentState
from workflows.progress_report import ReportState

AHEAD = timedelta(days=30)
REPORT_NAMES = {
    "inception": N_("Inception report"),
    "progress": N_("Progress report"),
    "annual": N_("Annual report"),
    "financial_claim": N_("Financial claim"),
    "final": N_("Final report"),
}


def found(desk: Desk, now: datetime) -> Iterator[Found]:
    """Everything of funded projects that may wait for the reader, or that is the reader's own."""
    if not desk.memberships and not desk.holds(*WORKING_ROLES):
        return
    until = (now + AHEAD).date()
    for row in running.agreements(desk):
        yield _agreement(desk, row)
    for row in running.milestones(desk, until):
        yield _milestone(desk, row, now)
    for row in running.payments(desk):
        yield _payment(desk, row)
    for row in running.reports(desk, until):
        yield _report(desk, row, now)
    if desk.holds(FINANCE):
        for row in running.payees_to_confirm(desk):
            yield _payee(desk, row)


def _relations(desk: Desk, row: Any) -> frozenset[str]:
    return desk.relations(row.programme_id, row.proposal_id, row.organisation_id)


def _about(row: Any) -> str:
    return f"{row.reference} · {row.title}"


def _noon(day: Any) -> datetime:
    return datetime.combine(day, time(12), UTC)


def _agreement(desk: Desk, row: Any) -> Found:
    missing = row.state == AgreementState.SENT and row.payee_id is None
    return Found(
        ("agreement", "payee_missing" if missing else row.state),
        _relations(desk, row),
        _about(row),
        row.call_code,
        links.payee(row.project_id) if missing else links.project(row.project_id, "agreement"),
        row.state_changed_at,
        AgreementState(row.state),
        barred=row.state == AgreementState.SIGNED and row.sent_by_id == desk.person_id,
    )


def _payee(desk: Desk, row: Any) -> Found:
    return Found(
        ("payee", "unconfirmed"),
        _relations(desk, row),
        _about(row),
        row.call_code,
        links.payee(row.project_id, row.id),
        row.created_at,
        PaymentState.SCHEDULED,
        barred=row.recorded_by_id == desk.person_id,
    )


def _milestone(desk: Desk, row: Any, now: datetime) -> Found:
    to_report = row.state in (MilestoneState.PLANNED, MilestoneState.RETURNED)
    return Found(
        ("milestone", row.state),
        _relations(desk, row),
        _about(row),
        gettext("Milestone %(number)s: %(title)s", number=row.position, title=row.milestone_title),
        links.milestone(row.id),
        row.state_changed_at,
        MilestoneState(row.state),
        due_day(row.due_on, row.zone, now) if to_report else None,
        _noon(row.due_on) if to_report else None,
    )


def _payment(desk: Desk, row: Any) -> Found:
    amount = money(Money.from_minor(row.amount_minor, row.currency))
    return Found(
        ("payment", "held" if row.held_at else row.state),
        _relations(desk, row),
        _about(row),
        gettext("Tranche %(number)s: %(amount)s", number=row.position, amount=amount),
        links.payment(row.id),
        row.held_at or row.state_changed_at,
        PaymentState(row.state),
        barred=_other_person_needed(row, desk),
    )


def _other_person_needed(row: Any, desk: Desk) -> bool:
    """Whoever requested does not approve, and whoever approved does not release."""
    taken = {
        PaymentState.REQUESTED: {row.requested_by_id},
        PaymentState.APPROVED: {row.requested_by_id, row.approved_by_id},
    }
    return desk.person_id in taken.get(PaymentState(row.state), set())


def _report(desk: Desk, row: Any, now: datetime) -> Found:
    to_write = row.state in (ReportState.EXPECTED, ReportState.RETURNED)
    return Found(
        ("report", row.state),
        _relations(desk, row),
        _about(row),
        gettext(REPORT_NAMES[row.kind]),
        links.report(row.id),
        row.state_changed_at,
        ReportState(row.state),
        due_day(row.due_on, row.zone, now) if to_write else None,
        _noon(row.due_on) if to_write else None,
    )
