"""Milestones: planned, reported with evidence, verified by the programme. Due and overdue are derived, never states."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from workflows.actors import GRANTEE, MANAGER, OFFICER
from workflows.machine import N_, Category, Refusal, State, Workflow, move


class MilestoneState(State):
    PLANNED = "planned", Category.OPEN, N_("Planned")
    REPORTED = "reported", Category.REVIEW, N_("Reported")
    UNDER_VERIFICATION = "under_verification", Category.REVIEW, N_("Under verification")
    RETURNED = "returned", Category.OPEN, N_("Returned")
    VERIFIED = "verified", Category.DONE, N_("Verified")
    WAIVED = "waived", Category.WITHDRAWN, N_("Waived")


@dataclass(frozen=True)
class MilestoneFacts:
    """What the guards know."""

    today: date
    due_on: date
    agreement_active: bool = True
    evidence: int = 0
    account: str = ""
    finding: str = ""
    reported_by_actor: bool = False


def agreement_is_active(facts: MilestoneFacts) -> Refusal | None:
    return None if facts.agreement_active else Refusal(N_("The grant agreement is not active."), link="#agreement")


def evidence_attached(facts: MilestoneFacts) -> Refusal | None:
    return None if facts.evidence else Refusal(N_("Attach at least one piece of evidence."), link="#evidence")


def account_written(facts: MilestoneFacts) -> Refusal | None:
    return None if facts.account.strip() else Refusal(N_("Write what was done before you report it."), link="#account")


def finding_written(facts: MilestoneFacts) -> Refusal | None:
    return None if facts.finding.strip() else Refusal(N_("Write what the verification found."), link="#finding")


def another_person(facts: MilestoneFacts) -> Refusal | None:
    return (
        Refusal(N_("You reported this milestone; another person must verify it.")) if facts.reported_by_actor else None
    )


S = MilestoneState
STAFF = {OFFICER, MANAGER}

MILESTONE = Workflow(
    "milestone",
    MilestoneState,
    S.PLANNED,
    (
        move(
            "report",
            N_("Report as reached"),
            (S.PLANNED, S.RETURNED),
            S.REPORTED,
            {GRANTEE},
            needs=(agreement_is_active, account_written, evidence_attached),
            emits="milestone.reported",
            tone="primary",
        ),
        move(
            "start_verification",
            N_("Start verification"),
            S.REPORTED,
            S.UNDER_VERIFICATION,
            STAFF,
            needs=(agreement_is_active, another_person),
            emits="milestone.verification_started",
            tone="primary",
        ),
        move(
            "return",
            N_("Return to the grantee"),
            S.UNDER_VERIFICATION,
            S.RETURNED,
            STAFF,
            needs=(another_person,),
            emits="milestone.returned",
            reason=True,
        ),
        move(
            "verify",
            N_("Verify"),
            S.UNDER_VERIFICATION,
            S.VERIFIED,
            STAFF,
            needs=(agreement_is_active, another_person, finding_written),
            emits="milestone.verified",
            tone="primary",
        ),
        move(
            "waive",
            N_("Waive"),
            (S.PLANNED, S.RETURNED),
            S.WAIVED,
            {MANAGER},
            emits="milestone.waived",
            reason=True,
            tone="danger",
        ),
    ),
    title=N_("Milestone"),
)
