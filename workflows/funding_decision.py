"""A funding decision: proposed, endorsed by votes, ratified by another person, and announced separately."""

from __future__ import annotations

from dataclasses import dataclass

from workflows.actors import COMMITTEE_MEMBER, MANAGER, OFFICER, SYSTEM
from workflows.machine import N_, Category, Refusal, State, Workflow, move

OUTCOMES = ("awarded", "reserve", "declined")


class DecisionState(State):
    PROPOSED = "proposed", Category.DECISION, N_("Proposed")
    ENDORSED = "endorsed", Category.DECISION, N_("Endorsed")
    RATIFIED = "ratified", Category.WAITING, N_("Ratified, not announced")
    ANNOUNCED = "announced", Category.DONE, N_("Announced")


@dataclass(frozen=True)
class DecisionFacts:
    """What the guards know. Amounts are integer minor units of the call's currency."""

    outcome: str
    amount_minor: int = 0
    requested_minor: int = 0
    budget_left_minor: int = 0
    votes_for: int = 0
    votes_against: int = 0
    quorum: int = 1
    proposed_by_actor: bool = False
    actor_has_conflict: bool = False
    proposal_deciding: bool = True


def actor_without_conflict(facts: DecisionFacts) -> Refusal | None:
    return Refusal(N_("You have a conflict of interest with this proposal.")) if facts.actor_has_conflict else None


def quorum_reached(facts: DecisionFacts) -> Refusal | None:
    if facts.votes_for + facts.votes_against < facts.quorum:
        return Refusal(
            N_("%(votes)s of the %(quorum)s votes needed are in."),
            {"votes": facts.votes_for + facts.votes_against, "quorum": facts.quorum},
            "#votes",
        )
    if facts.votes_for <= facts.votes_against:
        return Refusal(N_("The votes for it are not a majority."), link="#votes")
    return None


def another_person(facts: DecisionFacts) -> Refusal | None:
    return (
        Refusal(N_("You proposed this decision; another person must ratify it.")) if facts.proposed_by_actor else None
    )


def within_budget(facts: DecisionFacts) -> Refusal | None:
    if facts.outcome == "awarded" and facts.amount_minor > facts.budget_left_minor:
        return Refusal(N_("The amount is more than what is left of the call's budget."), link="#amount")
    return None


def amount_fits_outcome(facts: DecisionFacts) -> Refusal | None:
    if facts.outcome == "awarded" and not 0 < facts.amount_minor <= facts.requested_minor:
        return Refusal(N_("An award needs an amount above zero and not above what was asked."), link="#amount")
    return None


def proposal_deciding(facts: DecisionFacts) -> Refusal | None:
    return None if facts.proposal_deciding else Refusal(N_("The proposal is no longer waiting for a decision."))


S = DecisionState

DECISION = Workflow(
    "decision",
    DecisionState,
    S.PROPOSED,
    (
        move(
            "endorse",
            N_("Endorse"),
            S.PROPOSED,
            S.ENDORSED,
            {COMMITTEE_MEMBER, SYSTEM},
            needs=(actor_without_conflict, quorum_reached, proposal_deciding),
            emits="decision.endorsed",
            tone="primary",
        ),
        move(
            "ratify",
            N_("Ratify"),
            S.ENDORSED,
            S.RATIFIED,
            {MANAGER},
            needs=(actor_without_conflict, another_person, amount_fits_outcome, within_budget, proposal_deciding),
            emits="decision.ratified",
            tone="primary",
        ),
        move(
            "announce",
            N_("Announce"),
            S.RATIFIED,
            S.ANNOUNCED,
            {MANAGER},
            needs=(proposal_deciding,),
            emits="decision.announced",
            tone="primary",
        ),
        move(
            "revise",
            N_("Revise"),
            (S.PROPOSED, S.ENDORSED),
            S.PROPOSED,
            {OFFICER, MANAGER},
            needs=(actor_without_conflict, amount_fits_outcome),
            emits="decision.revised",
            reason=True,
        ),
        move(
            "send_back",
            N_("Send back"),
            (S.ENDORSED, S.RATIFIED),
            S.PROPOSED,
            {MANAGER, COMMITTEE_MEMBER},
            needs=(actor_without_conflict,),
            emits="decision.sent_back",
            reason=True,
        ),
    ),
    title=N_("Funding decision"),
)
