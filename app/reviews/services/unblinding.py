"""Showing who reviewed or who applies: one person asks with a reason, a manager who is somebody else decides."""

from __future__ import annotations

from app.core import clock, outbox, transitions
from app.core.errors import Invalid, MoveRefused, NotFound
from app.core.types import Actor
from app.extensions import db
from app.proposals.models import Proposal
from app.reviews import policy, queries
from app.reviews.models import Review, Unblinding
from app.reviews.visibility import Blind
from workflows.actors import STAFF
from workflows.machine import N_, Offer
from workflows.unblinding import UnblindingFacts

LONGEST_REASON = 4000
DECIDING = frozenset({"grant", "refuse"})
MOVES = DECIDING | {"take_back"}


def ask_unblinding(*, proposal: Proposal, review: Review | None, reason: str, actor: Actor) -> Unblinding:
    """Ask to show who wrote ``review``, or without one, who applies. Raises ``Invalid`` where there is nothing to show."""
    if not policy.relations(actor, proposal) & STAFF or (review and review.proposal_id != proposal.id):
        raise NotFound()
    transitions.lock(proposal)
    blind = policy.blind_of(proposal)
    if blind is Blind.OPEN or (review is None and blind is not Blind.DOUBLE):
        raise Invalid(N_("This is not hidden in this call."), field="subject")
    if not reason.strip():
        raise Invalid(N_("Give a reason."), field="reason")
    if any(_is_about(one, review) for one in queries.unblindings_of(proposal.id)):
        raise Invalid(N_("This was asked for already."), field="subject")
    asked = Unblinding(
        proposal=proposal,
        review=review,
        subject="reviewer" if review else "applicant",
        reason=reason.strip(),
        requested_by_id=actor.person_id,
        requested_by_name=actor.name,
    )
    transitions.begin(asked, actor, "unblinding.requested", reason=reason.strip())
    outbox.publish("unblinding.requested", asked, actor, proposal_id=proposal.id)
    return asked


def _is_about(one: Unblinding, review: Review | None) -> bool:
    """Whether a request or grant stands for the same review, or for the applicant."""
    return one.state in {"requested", "granted"} and one.review_id == (review.id if review else None)


def unblinding_facts(asked: Unblinding, actor: Actor) -> UnblindingFacts:
    """What the guards judge: two different people."""
    return UnblindingFacts(is_requester=actor.person_id == asked.requested_by_id)


def unblinding_offers(asked: Unblinding, actor: Actor) -> tuple[Offer, ...]:
    """The moves this person holds a role for, with their refusals."""
    return transitions.offers(asked, policy.relations(actor, asked.proposal), unblinding_facts(asked, actor))


def move_unblinding(
    *, asked: Unblinding, name: str, reason: str, actor: Actor, expected_version: int | None = None
) -> None:
    """Grant, refuse, or blind again; it counts for that review or that proposal alone, from the next request on."""
    if name not in MOVES:
        raise NotFound()
    transitions.lock(asked, expected_version)
    relations = policy.relations(actor, asked.proposal)
    refusal = transitions.refusal(asked, name, relations, unblinding_facts(asked, actor))
    if refusal:
        raise MoveRefused(refusal.message, **refusal.params)
    if name in DECIDING:
        asked.decided_by_id, asked.decided_by_name, asked.decided_at = actor.person_id, actor.name, clock.now()
        db.session.flush()
    transitions.fire(
        asked,
        name,
        actor=actor,
        relations=relations,
        facts=lambda: unblinding_facts(asked, actor),
        reason=reason,
        payload={"proposal_id": asked.proposal_id},
    )
    queries.forget_unblinded()
