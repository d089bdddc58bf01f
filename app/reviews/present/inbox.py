"""What a reviewer sees outside the score sheet: the list of reviews, and one invitation."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext

from app.proposals import queries as proposals_queries
from app.reviews import policy, queries, visibility
from app.reviews.models import Review
from app.reviews.present.parts import Badge, Ball, Deadline, MoveView, badge, ball, deadline, moves, title_of
from app.reviews.queries import IN_HAND
from app.reviews.visibility import Part, Viewer
from workflows.machine import N_, Offer
from workflows.proposal_lifecycle import ProposalState
from workflows.reviewer_scoring import ReviewState

ACTIONS = {
    ReviewState.INVITED: N_("Answer the invitation"),
    ReviewState.ACCEPTED: N_("Begin scoring"),
    ReviewState.DRAFT: N_("Go on scoring"),
    ReviewState.REOPENED: N_("Look at the scores again"),
}
FORMS_OF_THEIR_OWN = frozenset({"accept", "start", "submit"})
INVITED_HIDES = FORMS_OF_THEIR_OWN | {"recuse"}  # declining says the same
REVISING = frozenset({"revise", "let_stand"})


@dataclass(frozen=True)
class InboxItem:
    """One review in its reviewer's list. After stepping back only the reference is left."""

    reference: str
    title: str
    call: str
    href: str
    action: str
    state: Badge
    due: Deadline | None
    ball: Ball | None


@dataclass(frozen=True)
class InboxView:
    """What waits for the reviewer, and what does not."""

    waiting: tuple[InboxItem, ...]
    done: tuple[InboxItem, ...]


@dataclass(frozen=True)
class ReviewView:
    """An invitation, and later the cover of the review: enough to see a conflict of interest, nothing of the content."""

    id: str
    reference: str
    title: str
    organisation: str
    partners: tuple[str, ...]
    call: str
    invited: bool
    readable: bool
    open_again: bool
    revising: bool
    others_url: str
    state: Badge
    due: Deadline
    ball: Ball | None
    version: int
    revisions: tuple[MoveView, ...]
    moves: tuple[MoveView, ...]


def inbox_view(reviews: Iterable[Review]) -> InboxView:
    """Split a person's reviews into those they can act on now and the rest.

    What waits comes in an order drawn for this person, so that no proposal is always read last, by everybody.
    """
    rows = list(reviews)
    queries.load_rounds_of(r.proposal for r in rows)
    waiting = sorted((r for r in rows if _waits(r)), key=lambda r: drawn_place(r.id))
    return InboxView(
        tuple(_item(r, actionable=True) for r in waiting),
        tuple(_item(r, actionable=False) for r in rows if r not in waiting),
    )


def next_waiting(reviews: Iterable[Review]) -> InboxItem | None:
    """What stands first among what waits for a person: the next thing to do when a sheet is handed in."""
    return next(iter(inbox_view(reviews).waiting), None)


def drawn_place(review_id: uuid.UUID) -> str:
    """A place in the list that has nothing to do with reference, due date or when the review was asked for."""
    return hashlib.sha256(review_id.bytes).hexdigest()


def _closed_off(review: Review) -> bool:
    return proposals_queries.has_conflict(review.reviewer_id, review.proposal)


def _waits(review: Review) -> bool:
    assessing = review.proposal.state == ProposalState.ASSESSING.value
    return ReviewState(review.state) in IN_HAND and assessing and not _closed_off(review)


def _item(review: Review, *, actionable: bool) -> InboxItem:
    hidden = _closed_off(review)
    state = ReviewState(review.state)
    begun = visibility.content_is_open(queries.phase_of(review.proposal), state) and actionable
    show = url_for("reviews.sheet" if begun else "reviews.show", review_id=review.id)
    return InboxItem(
        reference=review.proposal.reference,
        title="" if hidden else review.proposal.title,
        call="" if hidden else title_of(review.proposal.call.title),
        href="" if hidden else show,
        action=gettext(ACTIONS[state]) if actionable else "",
        state=badge(review),
        due=deadline(review) if actionable else None,
        ball=None if hidden or actionable else ball(review, gettext("you")),
    )


def _others_are_open(review: Review) -> bool:
    """Whether this reviewer may read the other sheets of the proposal now."""
    phase, state = queries.phase_of(review.proposal), ReviewState(review.state)
    return phase in visibility.TOGETHER and state in visibility.HANDED_IN


def review_view(review: Review, partners: Iterable[str], offers: Iterable[Offer]) -> ReviewView:
    """The cover page of one review for its reviewer."""
    proposal, state = review.proposal, ReviewState(review.state)
    seen = policy.parts(review, Viewer.AUTHOR)
    revising = state is ReviewState.REOPENED and Part.SPEAKING in seen
    apart = INVITED_HIDES if state is ReviewState.INVITED else FORMS_OF_THEIR_OWN
    found = moves(review, offers, without=apart)
    return ReviewView(
        id=str(review.id),
        reference=proposal.reference,
        title=proposal.title,
        organisation=proposal.organisation.name if Part.NAMES in seen else "",
        partners=tuple(partners) if Part.NAMES in seen else (),
        call=title_of(proposal.call.title),
        invited=state is ReviewState.INVITED,
        readable=Part.CONTENT in seen,
        open_again=state is ReviewState.REOPENED and not revising,
        revising=revising,
        others_url=url_for("reviews.others", review_id=review.id) if _others_are_open(review) else "",
        state=badge(review),
        due=deadline(review),
        ball=ball(review, gettext("you")),
        version=review.version,
        revisions=tuple(move for move in found if move.name in REVISING),
        moves=tuple(move for move in found if move.name not in REVISING),
    )
