"""The facts that the guards of a decision judge."""

from __future__ import annotations

from app.core.errors import Invalid, MoveRefused
from app.core.types import Actor, Money
from app.decisions import policy, queries
from app.decisions.models import Decision, Vote
from app.proposals import queries as proposals_queries
from app.proposals.models import Proposal
from workflows.actors import STAFF
from workflows.funding_decision import (
    OUTCOMES,
    DecisionFacts,
    actor_without_conflict,
    amount_fits_outcome,
    proposal_deciding,
)
from workflows.machine import N_
from workflows.proposal_lifecycle import ProposalState

AWARDED = "awarded"


def has_conflict(actor: Actor, proposal: Proposal) -> bool:
    """Whether the actor must not take part in deciding on this proposal."""
    return actor.person_id is not None and proposals_queries.has_conflict(actor.person_id, proposal)


def counted_votes(decision: Decision) -> list[Vote]:
    """The votes of this round, without those of members whose conflict of interest came to light since."""
    votes = queries.votes_of([decision])[decision.id]
    return [vote for vote in votes if not proposals_queries.has_conflict(vote.member_id, decision.proposal)]


def facts_of(decision: Decision, actor: Actor) -> DecisionFacts:
    """Everything the guards ask, as it is now."""
    votes = [vote.choice for vote in counted_votes(decision)]
    call = decision.proposal.call
    return DecisionFacts(
        outcome=decision.outcome,
        amount_minor=decision.amount_minor,
        requested_minor=decision.proposal.requested_minor or 0,
        budget_left_minor=queries.budget_left_minor(call),
        votes_for=votes.count("for"),
        votes_against=votes.count("against"),
        quorum=call.process["quorum"],
        proposed_by_actor=actor.person_id == decision.proposed_by_id,
        actor_has_conflict=has_conflict(actor, decision.proposal),
        proposal_deciding=is_deciding(decision.proposal),
    )


def is_deciding(proposal: Proposal) -> bool:
    """Whether the proposal is before the committee."""
    return bool(proposal.state == ProposalState.DECIDING.value)


def check_content(proposal: Proposal, outcome: str, amount: Money | None, actor: Actor) -> int:
    """Refuse what cannot be proposed at all; return the amount in minor units (zero unless it is an award)."""
    if not policy.relations(actor, proposal) & STAFF:
        raise MoveRefused(N_("Your role does not allow this step."))
    if outcome not in OUTCOMES:
        raise Invalid(N_("Choose what is decided."), field="outcome")
    minor = amount.minor if amount is not None and outcome == AWARDED else 0
    facts = DecisionFacts(
        outcome=outcome,
        amount_minor=minor,
        requested_minor=proposal.requested_minor or 0,
        actor_has_conflict=has_conflict(actor, proposal),
        proposal_deciding=is_deciding(proposal),
    )
    for guard in (actor_without_conflict, proposal_deciding):
        if refusal := guard(facts):
            raise MoveRefused(refusal.message, **refusal.params)
    if amount is not None and amount.currency != proposal.currency:
        raise Invalid(N_("The amount must be in %(currency)s."), field="amount", currency=proposal.currency)
    if refusal := amount_fits_outcome(facts):
        raise Invalid(refusal.message, field="amount", **refusal.params)
    return minor
