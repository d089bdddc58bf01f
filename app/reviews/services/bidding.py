"""What reviewers say before proposals are given out: whether they have time, what they would like to read, what they must not."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from app.calls.models import Call
from app.core import audit, clock, transitions
from app.core.errors import Invalid, MoveRefused, NotFound
from app.core.types import Actor
from app.extensions import db
from app.proposals import services as proposals_services
from app.proposals.models import Proposal
from app.reviews import policy, queries, vocabulary
from app.reviews.models import ReviewBid
from app.reviews.models.pool import BIDS
from app.reviews.queries import pool
from app.reviews.services.answering import declare_conflict
from app.reviews.services.pool import Place, set_places
from workflows.actors import REVIEWER
from workflows.machine import N_
from workflows.review_round import RoundDates, RoundState, phase_at
from workflows.reviewer_scoring import REVIEW

MAY_STEP_BACK = {state.value for row in REVIEW.named("declare_conflict") for state in row.sources}
NAMES_ONLY = "-"  # why a conflict was declared, when nothing was written


@dataclass(frozen=True)
class Wish:
    """A bid on a proposal, or ``vocabulary.CONFLICT`` with what was written about it."""

    value: str
    note: str = ""


def is_recruiting(call: Call) -> bool:
    """Whether reviewers see the names of the call's proposals now. A call without a round never shows them."""
    row = pool.round_of(call)
    if row is None:
        return False
    dates = RoundDates(row.scoring_at, row.reading_at, row.discussing_at, row.closes_at)
    return phase_at(RoundState(row.state), row.state_changed_at, dates, clock.now()) is RoundState.RECRUITING


def say_availability(*, call: Call, available: bool, capacity: int, actor: Actor) -> None:
    """A reviewer says whether and how much they can review in a call; minimum and stand-by stay as they were agreed."""
    person_id = _reviewer(call, actor)
    row = pool.place_in_call(call.id, person_id)
    minimum = min(row.minimum, max(0, capacity)) if row else 0
    place = Place(capacity, minimum, available, row.standby if row else False)
    try:
        set_places(call=call, places={person_id: place}, actor=actor)
    except Invalid as invalid:
        raise Invalid(invalid.message, field="capacity", **invalid.params) from invalid


def bid(*, call: Call, wishes: Mapping[uuid.UUID, Wish], actor: Actor) -> None:
    """Say how much one would like to read proposals, and with which there is a conflict of interest.

    What is no longer offered to this person (withdrawn, closed to them) is passed over without a word.
    """
    person_id = _reviewer(call, actor)
    if not is_recruiting(call):
        raise MoveRefused(N_("What you would like to read can be said while reviewers are being found."))
    if not {wish.value for wish in wishes.values()} <= {*BIDS, vocabulary.CONFLICT}:
        raise Invalid(N_("Choose one of the list."))
    transitions.lock(call)
    offered = pool.proposals_to_bid_on(call.id, person_id).where(Proposal.id.in_(list(wishes)))
    proposals = list(db.session.scalars(offered)) if wishes else []
    said = pool.bids_of(person_id, wishes)
    for proposal in proposals:
        wish = wishes[proposal.id]
        if wish.value == vocabulary.CONFLICT:
            _declare(proposal, person_id, wish.note.strip(), actor)
        else:
            _say(proposal, person_id, said.get(proposal.id), wish.value, actor)


def _reviewer(call: Call, actor: Actor) -> uuid.UUID:
    if actor.person_id is None or REVIEWER not in policy.relations(actor, call):
        raise NotFound()
    return actor.person_id


def _say(proposal: Proposal, person_id: uuid.UUID, row: ReviewBid | None, value: str, actor: Actor) -> None:
    if row is not None and row.value == value:
        return
    row = row or ReviewBid(proposal_id=proposal.id, person_id=person_id)
    row.value = value
    db.session.add(row)
    db.session.flush()
    audit.record(row, "review_bid.said", actor, value=value)


def _declare(proposal: Proposal, person_id: uuid.UUID, note: str, actor: Actor) -> None:
    """An invitation to review it, if there is one, ends with that."""
    asked = pool.review_by(proposal.id, person_id)
    review = queries.get_review(asked.id) if asked else None
    if review is not None and review.state in MAY_STEP_BACK:
        declare_conflict(review=review, note=note or NAMES_ONLY, actor=actor)
        return
    proposals_services.record_conflict(proposal=proposal, person_id=person_id, basis="declared", note=note, actor=actor)
