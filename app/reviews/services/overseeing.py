"""What the programme does with reviews: reopen, make final, let somebody step back, pass the proposal on."""

from __future__ import annotations

from collections.abc import Iterable

from app.core import transitions
from app.core.types import SYSTEM_ACTOR, Actor
from app.proposals import policy as proposals_policy
from app.proposals import services as proposals_services
from app.proposals.models import Proposal
from app.reviews import policy, queries
from app.reviews.models import Review
from app.reviews.services.facts import facts_of
from app.reviews.services.rounds import settle_revision
from app.reviews.visibility import TALKED
from workflows.actors import SYSTEM
from workflows.machine import Refusal
from workflows.reviewer_scoring import ReviewState


def reopen(*, review: Review, reason: str, actor: Actor, expected_version: int | None = None) -> None:
    """Give a submitted review back to its reviewer."""
    transitions.lock(review.proposal)
    _fire(review, "reopen", actor, expected_version, reason)


def finalise(*, review: Review, actor: Actor, expected_version: int | None = None) -> None:
    """Make a submitted review count."""
    _fire(review, "finalise", actor, expected_version)


def recuse(*, review: Review, reason: str, actor: Actor, expected_version: int | None = None) -> None:
    """End a review without a result; it counts no more, whatever was written."""
    _fire(review, "recuse", actor, expected_version, reason)


def _fire(review: Review, move: str, actor: Actor, expected_version: int | None, reason: str = "") -> None:
    transitions.fire(
        review,
        move,
        actor=actor,
        relations=policy.relations(actor, review),
        facts=lambda: facts_of(review),
        expected_version=expected_version,
        reason=reason,
        payload={"proposal_id": review.proposal_id, "reviewer_id": review.reviewer_id},
    )


def table(*, proposal: Proposal, actor: Actor, expected_version: int | None = None) -> None:
    """Pass a reviewed proposal on to the committee; what is submitted becomes final with it.

    The proposal's row is locked first, here and when a review is submitted or reopened, so that none slips in between.
    """
    transitions.lock(proposal, expected_version)
    reviews = queries.reviews_of_proposals([proposal.id])
    final = sum(review.state == ReviewState.FINAL.value for review in reviews)
    for review in reviews:
        if queries.phase_of(proposal) in TALKED:
            settle_revision(review)
        if review.state == ReviewState.SUBMITTED.value:
            _finalise_by_system(review)
            final += 1
    wanted = proposal.call.process["reviews_wanted"]
    proposals_services.table_for_decision(proposal=proposal, actor=actor, reviews_final=final, reviews_wanted=wanted)


def table_refusal(proposal: Proposal, reviews: Iterable[Review], actor: Actor) -> Refusal | None:
    """Why the proposal cannot be passed on to the committee now, or nothing."""
    facts = proposals_services.proposal_facts(
        proposal,
        reviews_final=sum(ReviewState(review.state) in queries.DELIVERED for review in reviews),
        reviews_wanted=proposal.call.process["reviews_wanted"],
    )
    return transitions.refusal(proposal, "table", proposals_policy.relations(actor, proposal), facts)


def _finalise_by_system(review: Review) -> None:
    transitions.fire(
        review,
        "finalise",
        actor=SYSTEM_ACTOR,
        relations={SYSTEM},
        facts=lambda: facts_of(review),
        payload={"proposal_id": review.proposal_id, "reviewer_id": review.reviewer_id},
    )
