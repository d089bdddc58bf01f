"""The reviewer's answer to an invitation, and stepping back because of a conflict of interest."""

from __future__ import annotations

from app.core import clock, transitions
from app.core.types import Actor
from app.extensions import db
from app.proposals import services as proposals_services
from app.reviews import policy
from app.reviews.models import Review
from app.reviews.services.agreeing import agree
from app.reviews.services.facts import facts_of
from workflows.reviewer_scoring import ReviewState


def accept(
    *, review: Review, no_conflict: bool, actor: Actor, signed_as: str = "", expected_version: int | None = None
) -> None:
    """Accept the invitation; ``no_conflict`` is the reviewer's own declaration, ``signed_as`` the name under the agreement."""
    transitions.lock(review, expected_version)
    if signed_as and actor.person_id == review.reviewer_id:
        agree(programme_id=review.proposal.call.programme_id, person=review.reviewer, name=signed_as, actor=actor)
    if no_conflict and review.state == ReviewState.INVITED.value:
        review.no_conflict_declared_at = clock.now()
        db.session.flush()
    transitions.fire(
        review,
        "accept",
        actor=actor,
        relations=policy.relations(actor, review),
        facts=lambda: facts_of(review),
        payload={"proposal_id": review.proposal_id},
        no_conflict_declared=no_conflict,
    )


def decline(*, review: Review, reason: str, actor: Actor, expected_version: int | None = None) -> None:
    """Decline the invitation."""
    transitions.fire(
        review,
        "decline",
        actor=actor,
        relations=policy.relations(actor, review),
        facts=lambda: facts_of(review),
        expected_version=expected_version,
        reason=reason,
        payload={"proposal_id": review.proposal_id},
    )


def declare_conflict(*, review: Review, note: str, actor: Actor, expected_version: int | None = None) -> None:
    """Step back for a conflict of interest: what was written stays in the row, and is shown to nobody."""
    transitions.fire(
        review,
        "declare_conflict",
        actor=actor,
        relations=policy.relations(actor, review),
        facts=lambda: facts_of(review),
        expected_version=expected_version,
        reason=note,
        payload={"proposal_id": review.proposal_id, "reviewer_id": review.reviewer_id},
    )
    proposals_services.record_conflict(
        proposal=review.proposal, person_id=review.reviewer_id, basis="declared", note=note, actor=actor
    )
