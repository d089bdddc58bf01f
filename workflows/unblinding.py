"""Showing who reviewed, or who applies: one person asks with a reason, another one decides."""

from __future__ import annotations

from dataclasses import dataclass

from workflows.actors import MANAGER, OFFICER
from workflows.machine import N_, Category, Refusal, State, Workflow, move


class UnblindingState(State):
    REQUESTED = "requested", Category.DECISION, N_("Asked for")
    GRANTED = "granted", Category.DONE, N_("Granted")
    REFUSED = "refused", Category.REFUSED, N_("Refused")
    TAKEN_BACK = "taken_back", Category.WITHDRAWN, N_("Taken back")


@dataclass(frozen=True)
class UnblindingFacts:
    """``is_requester``: who moves is who asked."""

    is_requester: bool


def somebody_else(facts: UnblindingFacts) -> Refusal | None:
    """Unblinding takes two people (security requirements, control 4)."""
    if facts.is_requester:
        return Refusal(N_("Somebody else than who asked decides about this."))
    return None


S = UnblindingState

UNBLINDING = Workflow(
    "unblinding",
    UnblindingState,
    S.REQUESTED,
    (
        move(
            "grant",
            N_("Grant"),
            S.REQUESTED,
            S.GRANTED,
            {MANAGER},
            needs=(somebody_else,),
            emits="unblinding.granted",
            tone="danger",
        ),
        move(
            "refuse",
            N_("Refuse"),
            S.REQUESTED,
            S.REFUSED,
            {MANAGER},
            needs=(somebody_else,),
            emits="unblinding.refused",
            reason=True,
        ),
        move(
            "take_back",
            N_("Blind again"),
            S.GRANTED,
            S.TAKEN_BACK,
            {OFFICER, MANAGER},
            emits="unblinding.taken_back",
            reason=True,
        ),
    ),
    title=N_("Unblinding"),
)
