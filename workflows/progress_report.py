"""A report that the grantee owes: progress, final, financial."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from workflows.actors import GRANTEE, MANAGER, OFFICER
from workflows.machine import N_, Category, Refusal, State, Workflow, move


class ReportState(State):
    EXPECTED = "expected", Category.OPEN, N_("Expected")
    SUBMITTED = "submitted", Category.REVIEW, N_("Submitted")
    RETURNED = "returned", Category.OPEN, N_("Returned")
    ACCEPTED = "accepted", Category.DONE, N_("Accepted")


@dataclass(frozen=True)
class ReportFacts:
    """What the guards know."""

    today: date
    due_on: date
    agreement_active: bool = True
    narrative: str = ""
    submitted_by_actor: bool = False


def agreement_is_active(facts: ReportFacts) -> Refusal | None:
    return None if facts.agreement_active else Refusal(N_("The grant agreement is not active."), link="#agreement")


def narrative_written(facts: ReportFacts) -> Refusal | None:
    return None if facts.narrative.strip() else Refusal(N_("Write the report before you submit it."), link="#narrative")


def another_person(facts: ReportFacts) -> Refusal | None:
    return (
        Refusal(N_("You submitted this report; another person must accept it.")) if facts.submitted_by_actor else None
    )


S = ReportState
STAFF = {OFFICER, MANAGER}

REPORT = Workflow(
    "report",
    ReportState,
    S.EXPECTED,
    (
        move(
            "submit",
            N_("Submit report"),
            (S.EXPECTED, S.RETURNED),
            S.SUBMITTED,
            {GRANTEE},
            needs=(agreement_is_active, narrative_written),
            emits="report.submitted",
            tone="primary",
        ),
        move(
            "return",
            N_("Return to the grantee"),
            S.SUBMITTED,
            S.RETURNED,
            STAFF,
            needs=(another_person,),
            emits="report.returned",
            reason=True,
        ),
        move(
            "accept",
            N_("Accept report"),
            S.SUBMITTED,
            S.ACCEPTED,
            STAFF,
            needs=(another_person,),
            emits="report.accepted",
            tone="primary",
        ),
    ),
    title=N_("Report"),
)
