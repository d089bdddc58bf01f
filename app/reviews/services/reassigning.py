"""Taking a review that is late or not answered from its reviewer, and asking somebody else instead."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.core import clock, transitions
from app.core.errors import Invalid, MoveRefused
from app.core.types import Actor
from app.extensions import db
from app.identity.models import Person
from app.reviews.models import Review, ReviewInvitation
from app.reviews.services.inviting import invite, may_be_asked
from app.reviews.services.overseeing import recuse
from workflows.machine import N_, Category, Refusal
from workflows.reviewer_scoring import ReviewState

HANDED_IN = frozenset({ReviewState.SUBMITTED, ReviewState.REOPENED, ReviewState.FINAL})
STEPPED_BACK = frozenset({Category.REFUSED, Category.WITHDRAWN})


def reassign_refusal(review: Review) -> Refusal | None:
    """Why the review cannot be taken from its reviewer now, or nothing: it is not answered, or it is late."""
    state = ReviewState(review.state)
    if state in HANDED_IN:
        return Refusal(N_("This sheet was handed in already. Invite one more reviewer instead."))
    if state.category in STEPPED_BACK:
        return Refusal(N_("This reviewer has stepped back already. Invite somebody else instead."))
    if state is not ReviewState.INVITED and review.due_at > clock.now():
        return Refusal(N_("The reviewer has accepted, and the review is not late yet. Ask the reviewer first."))
    return None


def reassign(
    *, review: Review, to: Person, due_at: datetime, reason: str, actor: Actor, expected_version: int | None = None
) -> Review:
    """End a review that is late or not answered, with a reason, and ask ``to``; returns the new review.

    Everything is checked before anything is written. Raises ``MoveRefused`` (handed in, not late), ``Invalid`` (the
    person cannot be asked, the date, no reason) and ``Conflict`` (somebody was first).
    """
    transitions.lock(review.proposal)
    transitions.lock(review, expected_version)
    _check(review, due_at, reason)
    may_be_asked(review.proposal, to)
    recuse(review=review, reason=reason, actor=actor)
    _withdraw_links(review)
    return invite(proposal=review.proposal, reviewer=to, due_at=due_at, actor=actor)


def _check(review: Review, due_at: datetime, reason: str) -> None:
    refusal = reassign_refusal(review)
    if refusal:
        raise MoveRefused(refusal.message, **refusal.params)
    if due_at <= clock.now():
        raise Invalid(N_("Give a date in the future."), field="due_on")
    if not reason.strip():
        raise Invalid(N_("Give a reason."), field="reason")


def _withdraw_links(review: Review) -> None:
    """A link that was mailed for this review answers it no more."""
    waiting = select(ReviewInvitation).where(
        ReviewInvitation.review_id == review.id,
        ReviewInvitation.answer == "",
        ReviewInvitation.withdrawn_at.is_(None),
    )
    for link in db.session.scalars(waiting):
        link.withdrawn_at = clock.now()
    db.session.flush()
