"""Who has the ball: whose move a project, a milestone, a payment or a report waits for, and since when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from workflows.agreement import AgreementState
from workflows.machine import N_, State
from workflows.milestone_monitoring import MilestoneState
from workflows.payment import PaymentState
from workflows.progress_report import ReportState

GRANTEE, PROGRAMME, FINANCE = N_("the grantee"), N_("the programme"), N_("finance")

AGREEMENTS: Mapping[State, str] = {
    AgreementState.DRAFTED: PROGRAMME,
    AgreementState.SENT: GRANTEE,
    AgreementState.SIGNED: PROGRAMME,
}
MILESTONES: Mapping[State, str] = {
    MilestoneState.PLANNED: GRANTEE,
    MilestoneState.RETURNED: GRANTEE,
    MilestoneState.REPORTED: PROGRAMME,
    MilestoneState.UNDER_VERIFICATION: PROGRAMME,
}
PAYMENTS: Mapping[State, str] = {
    PaymentState.CLAIMABLE: GRANTEE,
    PaymentState.REQUESTED: PROGRAMME,
    PaymentState.APPROVED: FINANCE,
    PaymentState.RELEASED: FINANCE,
}
REPORTS: Mapping[State, str] = {
    ReportState.EXPECTED: GRANTEE,
    ReportState.RETURNED: GRANTEE,
    ReportState.SUBMITTED: PROGRAMME,
}
HOLDERS: Mapping[type[State], Mapping[State, str]] = {
    AgreementState: AGREEMENTS,
    MilestoneState: MILESTONES,
    PaymentState: PAYMENTS,
    ReportState: REPORTS,
}


@dataclass(frozen=True)
class Ball:
    """Who is to move, and since when."""

    holder: str
    since: datetime


def holder(state: State) -> str:
    """Who moves a thing on from this state; nothing when nobody needs to."""
    return HOLDERS[type(state)].get(state, "")


def of_project(
    agreement: tuple[State, datetime], waits_for_payee: str, parts: Iterable[tuple[State, datetime]]
) -> Ball | None:
    """The project's ball: the agreement's until it is active; then the part that has waited longest for somebody
    other than by a plan (what is merely planned waits for its date, not for a person)."""
    state, since = agreement
    if state in AGREEMENTS:
        return Ball(waits_for_payee or AGREEMENTS[state], since)
    if state is not AgreementState.ACTIVE:
        return None
    planned = {MilestoneState.PLANNED, ReportState.EXPECTED}
    waiting = [Ball(who, at) for part, at in parts if part not in planned and (who := holder(part))]
    return min(waiting, key=lambda ball: ball.since, default=Ball(GRANTEE, since))
