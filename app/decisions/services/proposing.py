"""Proposing a decision, and revising what was proposed."""

from __future__ import annotations

from app.core import transitions
from app.core.errors import Invalid
from app.core.types import Actor, Money
from app.decisions import policy, queries
from app.decisions.models import Decision
from app.decisions.services.facts import check_content, facts_of
from app.extensions import db
from app.proposals.models import Proposal
from workflows.machine import N_


def propose(
    *,
    proposal: Proposal,
    outcome: str,
    amount: Money | None = None,
    rationale: str = "",
    conditions: str = "",
    feedback: str = "",
    actor: Actor,
) -> Decision:
    """Propose what is decided on a proposal; the committee votes on it next."""
    transitions.lock(proposal)
    minor = check_content(proposal, outcome, amount, actor)
    if queries.decision_of(proposal.id) is not None:
        raise Invalid(N_("A decision on this proposal has been proposed already."))
    decision = Decision(
        proposal=proposal,
        call_id=proposal.call_id,
        outcome=outcome,
        amount_minor=minor,
        currency=proposal.currency,
        rationale=rationale.strip(),
        conditions=conditions.strip(),
        feedback=feedback.strip(),
        round=1,
        proposed_by_id=actor.person_id,
    )
    transitions.begin(decision, actor, "decision.proposed", outcome=outcome, amount_minor=minor)
    return decision


def revise(
    *,
    decision: Decision,
    outcome: str,
    amount: Money | None = None,
    rationale: str = "",
    conditions: str = "",
    feedback: str = "",
    reason: str,
    actor: Actor,
    expected_version: int | None = None,
) -> None:
    """Change what is proposed. The votes so far stay with their round; a new round begins, and its proposer is who revised."""
    transitions.lock(decision, expected_version)
    minor = check_content(decision.proposal, outcome, amount, actor)
    before = {"outcome": decision.outcome, "amount_minor": decision.amount_minor}
    transitions.fire(
        decision,
        "revise",
        actor=actor,
        relations=policy.relations(actor, decision),
        facts=lambda: facts_of(decision, actor),
        reason=reason,
        payload={"proposal_id": decision.proposal_id, "call_id": decision.call_id},
        before=before,
        after={"outcome": outcome, "amount_minor": minor},
        round=decision.round + 1,
    )
    decision.outcome, decision.amount_minor = outcome, minor
    decision.rationale, decision.conditions = rationale.strip(), conditions.strip()
    decision.feedback = feedback.strip()
    decision.round += 1
    decision.proposed_by_id = actor.person_id or decision.proposed_by_id
    db.session.flush()
