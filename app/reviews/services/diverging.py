"""Reviews that lie far apart: asking their reviewers for consensus, and what was decided about them."""

from __future__ import annotations

from app.core import audit, transitions
from app.core.errors import Invalid, MoveRefused
from app.core.types import Actor
from app.extensions import db
from app.proposals.models import Proposal
from app.reviews import queries, scoring
from app.reviews.models import DivergenceResolution, Review
from app.reviews.policy import is_assessing
from app.reviews.services.facts import rubric_of
from app.reviews.services.overseeing import reopen
from workflows.machine import N_
from workflows.reviewer_scoring import ReviewState

THIRD = 3


def diverge(proposal: Proposal, reviews: list[Review]) -> bool:
    """Whether the totals handed in lie further apart than the grid allows."""
    totals = [scoring.from_hundredths(r.total_hundredths or 0) for r in _delivered(reviews)]
    return scoring.summary(totals, rubric_of(proposal).divergence).diverges


def _delivered(reviews: list[Review]) -> list[Review]:
    return [review for review in reviews if ReviewState(review.state) in queries.DELIVERED]


def ask_for_consensus(*, proposal: Proposal, reason: str, actor: Actor) -> list[Review]:
    """Open the highest and the lowest sheet again, with the reason; what was handed in is kept beside what comes."""
    transitions.lock(proposal)
    reviews = queries.reviews_of_proposals([proposal.id])
    _refuse_calm(proposal, reviews)
    if not reason.strip():
        raise Invalid(N_("Give a reason; the reviewers read it."), field="note")
    ordered = sorted(_delivered(reviews), key=lambda r: (r.total_hundredths, r.id))
    furthest = [ordered[0], ordered[-1]]
    for review in furthest:
        reopen(review=review, reason=reason, actor=actor)
    return furthest


def _refuse_calm(proposal: Proposal, reviews: list[Review]) -> None:
    if not is_assessing(proposal):
        raise MoveRefused(N_("The proposal is no longer being assessed."))
    if not diverge(proposal, reviews):
        raise MoveRefused(N_("The reviews do not lie far apart any more."))


def resolve(*, proposal: Proposal, how: str, note: str, actor: Actor) -> DivergenceResolution:
    """Record what was decided about reviews that lie far apart; it holds until another review is handed in."""
    transitions.lock(proposal)
    reviews = queries.reviews_of_proposals([proposal.id])
    _refuse_calm(proposal, reviews)
    if how == "third_review" and len(_delivered(reviews)) < THIRD:
        raise Invalid(N_("There is no third review yet. Invite a third reviewer first."), field="how")
    if not note.strip():
        raise Invalid(N_("Say what was decided and why."), field="note")
    made = DivergenceResolution(
        proposal_id=proposal.id,
        how=how,
        note=note.strip(),
        decided_by_id=actor.person_id,
        decided_by_name=actor.name,
    )
    db.session.add(made)
    db.session.flush()
    audit.record(proposal, "proposal.divergence_resolved", actor, reason=note.strip(), how=how)
    return made
