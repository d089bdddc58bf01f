"""A proposal as a whole, from applying to the outcome; its stage submissions have a workflow of their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from workflows.actors import MANAGER, OFFICER, OWNER, SYSTEM
from workflows.machine import N_, Category, Refusal, State, Workflow, move


class ProposalState(State):
    APPLYING = "applying", Category.OPEN, N_("Applying")
    ASSESSING = "assessing", Category.REVIEW, N_("Being assessed")
    DECIDING = "deciding", Category.DECISION, N_("Waiting for a decision"), N_("Being assessed")
    AWARDED = "awarded", Category.ACTIVE, N_("Awarded")
    RESERVE = "reserve", Category.WAITING, N_("On the reserve list")
    DECLINED = "declined", Category.REFUSED, N_("Declined"), N_("Not funded")
    WITHDRAWN = "withdrawn", Category.WITHDRAWN, N_("Withdrawn")


@dataclass(frozen=True)
class ProposalFacts:
    """What the guards of a proposal know."""

    final_stage_accepted: bool = False
    reviews_final: int = 0
    reviews_wanted: int = 0
    announced_outcome: str = ""


def final_stage_accepted(facts: ProposalFacts) -> Refusal | None:
    return None if facts.final_stage_accepted else Refusal(N_("The last stage has not been accepted in screening yet."))


def reviews_in(facts: ProposalFacts) -> Refusal | None:
    if facts.reviews_final < facts.reviews_wanted:
        return Refusal(
            N_("%(done)s of %(wanted)s reviews are in."), {"done": facts.reviews_final, "wanted": facts.reviews_wanted}
        )
    return None


def outcome_is(outcome: str) -> Callable[[ProposalFacts], Refusal | None]:
    """A guard that the announced outcome is this one: a proposal never runs ahead of its decision."""

    def guard(facts: ProposalFacts) -> Refusal | None:
        return None if facts.announced_outcome == outcome else Refusal(N_("No such decision has been announced."))

    return guard


P = ProposalState

PROPOSAL = Workflow(
    "proposal",
    ProposalState,
    P.APPLYING,
    (
        move(
            "assess",
            N_("Pass on to assessment"),
            P.APPLYING,
            P.ASSESSING,
            {OFFICER, MANAGER, SYSTEM},
            needs=(final_stage_accepted,),
            emits="proposal.assessing",
        ),
        move(
            "exclude",
            N_("Exclude"),
            (P.APPLYING, P.ASSESSING),
            P.DECLINED,
            {OFFICER, MANAGER, SYSTEM},
            emits="proposal.excluded",
            reason=True,
            tone="danger",
        ),
        move(
            "table",
            N_("Table for decision"),
            P.ASSESSING,
            P.DECIDING,
            {OFFICER, MANAGER},
            needs=(reviews_in,),
            emits="proposal.tabled",
            tone="primary",
        ),
        move(
            "award",
            N_("Award"),
            (P.DECIDING, P.RESERVE),
            P.AWARDED,
            {SYSTEM},
            needs=(outcome_is("awarded"),),
            emits="proposal.awarded",
        ),
        move(
            "reserve",
            N_("Put on the reserve list"),
            P.DECIDING,
            P.RESERVE,
            {SYSTEM},
            needs=(outcome_is("reserve"),),
            emits="proposal.reserved",
        ),
        move(
            "decline",
            N_("Decline"),
            (P.DECIDING, P.RESERVE),
            P.DECLINED,
            {SYSTEM},
            needs=(outcome_is("declined"),),
            emits="proposal.declined",
        ),
        move(
            "withdraw",
            N_("Withdraw proposal"),
            (P.APPLYING, P.ASSESSING, P.DECIDING, P.RESERVE),
            P.WITHDRAWN,
            {OWNER},
            emits="proposal.withdrawn",
            reason=True,
            tone="danger",
        ),
        move("revive", N_("Take the proposal up again"), P.WITHDRAWN, P.APPLYING, {OWNER}, emits="proposal.taken_up"),
    ),
    title=N_("Proposal"),
)
