"""Rounds of reviews and the phase in force; a stage without a round is being scored."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import Select, event, select
from sqlalchemy.orm import joinedload

from app.calls.models import CallStage
from app.core import clock
from app.extensions import db
from app.proposals.models import Proposal, StageSubmission
from app.reviews.models import Review, ReviewRound, ReviewSubmission, Unblinding
from app.reviews.queries.records import final_stage
from workflows.review_round import RoundDates, RoundState, phase_at
from workflows.unblinding import UnblindingState

ROUNDS, SHOWN = "review_rounds", "unblinded"
Known = dict[uuid.UUID, ReviewRound | None]


def load_rounds(stage_ids: Collection[uuid.UUID]) -> None:
    """Read the rounds of many stages at once, so that asking for the phase of each asks nothing more."""
    known: Known = db.session().info.setdefault(ROUNDS, {})
    wanted = set(stage_ids) - set(known)
    if wanted:
        known.update(dict.fromkeys(wanted))
        found = db.session.scalars(select(ReviewRound).where(ReviewRound.call_stage_id.in_(wanted)))
        known.update({one.call_stage_id: one for one in found})


def load_rounds_of(proposals: Iterable[Proposal]) -> None:
    """The rounds of the stages in which these proposals are reviewed."""
    load_rounds({final_stage(proposal).call_stage_id for proposal in proposals})


def round_of_stage(stage_id: uuid.UUID) -> ReviewRound | None:
    """The round of a stage, read once in a transaction."""
    load_rounds([stage_id])
    known: Known = db.session().info[ROUNDS]
    return known[stage_id]


def forget_rounds() -> None:
    """Read rounds anew after one was made."""
    db.session().info.pop(ROUNDS, None)


@event.listens_for(db.session, "after_transaction_end")
def _forget_after_transaction(session: Any, transaction: Any) -> None:
    if transaction.parent is None:
        session.info.pop(ROUNDS, None)
        session.info.pop(SHOWN, None)


def dates_of(found: ReviewRound) -> RoundDates:
    """From when each phase begins by itself."""
    return RoundDates(found.scoring_at, found.reading_at, found.discussing_at, found.closes_at)


def phase_of_round(found: ReviewRound | None) -> RoundState:
    """The phase in force now, by date or by hand."""
    if found is None:
        return RoundState.SCORING
    return phase_at(RoundState(found.state), found.state_changed_at, dates_of(found), clock.now())


def phase_of_stage(stage_id: uuid.UUID) -> RoundState:
    """The phase of a stage."""
    return phase_of_round(round_of_stage(stage_id))


def phase_of(proposal: Proposal) -> RoundState:
    """The phase in which a proposal's reviews are."""
    return phase_of_stage(final_stage(proposal).call_stage_id)


def open_rounds() -> list[ReviewRound]:
    """Rounds that are not closed, with their stage and call."""
    query = (
        select(ReviewRound)
        .options(joinedload(ReviewRound.call_stage, innerjoin=True).joinedload(CallStage.call, innerjoin=True))
        .where(ReviewRound.state != RoundState.CLOSED.value)
        .order_by(ReviewRound.id)
    )
    return list(db.session.scalars(query))


def submissions_of(review_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, list[ReviewSubmission]]:
    """Review id → every version that was handed in, the first one first; one query."""
    found: dict[uuid.UUID, list[ReviewSubmission]] = {ident: [] for ident in review_ids}
    query = select(ReviewSubmission).where(ReviewSubmission.review_id.in_(review_ids)).order_by(ReviewSubmission.number)
    for one in db.session.scalars(query) if review_ids else ():
        found[one.review_id].append(one)
    return found


def unblinded(proposal_id: uuid.UUID) -> frozenset[uuid.UUID | None]:
    """Whom the programme has shown: ids of reviews, and nothing (``None``) for the applicant; read once a transaction."""
    known: dict[uuid.UUID, frozenset[uuid.UUID | None]] = db.session().info.setdefault(SHOWN, {})
    if proposal_id not in known:
        query = select(Unblinding.subject, Unblinding.review_id).where(
            Unblinding.proposal_id == proposal_id, Unblinding.state == UnblindingState.GRANTED.value
        )
        rows = db.session.execute(query).all()
        known[proposal_id] = frozenset(ident if subject == "reviewer" else None for subject, ident in rows)
    return known[proposal_id]


def unblindings_of(proposal_id: uuid.UUID) -> list[Unblinding]:
    """Everything that was asked to be shown of a proposal, with its review, the oldest first."""
    query = _unblindings().where(Unblinding.proposal_id == proposal_id)
    return list(db.session.scalars(query.order_by(Unblinding.created_at, Unblinding.id)))


def get_unblinding(ident: uuid.UUID) -> Unblinding | None:
    """One request with its review and proposal."""
    return db.session.scalar(_unblindings().where(Unblinding.id == ident))


def _unblindings() -> Select[Unblinding]:
    proposal = joinedload(Unblinding.proposal, innerjoin=True)
    return select(Unblinding).options(
        joinedload(Unblinding.review),
        proposal.joinedload(Proposal.call, innerjoin=True),
        proposal.selectinload(Proposal.stages).joinedload(StageSubmission.call_stage, innerjoin=True),
    )


def forget_unblinded() -> None:
    """Read anew who was shown, after it changed."""
    db.session().info.pop(SHOWN, None)


def reviews_of_stage(stage: CallStage, reviews: Iterable[Review]) -> list[Review]:
    """Those of the reviews that judge this stage."""
    return [review for review in reviews if final_stage(review.proposal).call_stage_id == stage.id]
