"""Who reviews for a programme: profiles, what was agreed for a call, bids."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from app.calls.models import Call, CallStage
from app.extensions import db
from app.identity.models import Organisation, Person, RoleGrant
from app.proposals import queries as proposals_queries
from app.proposals.models import Proposal
from app.reviews.models import CallReviewer, Review, ReviewBid, ReviewerProfile, ReviewRound
from app.reviews.queries.records import DELIVERED, IN_HAND, STEPPED_BACK
from workflows.actors import REVIEWER
from workflows.proposal_lifecycle import ProposalState
from workflows.review_round import RoundState


def profile_of(programme_id: uuid.UUID, person_id: uuid.UUID) -> ReviewerProfile | None:
    """What a reviewer of a programme says of themselves."""
    query = select(ReviewerProfile).where(
        ReviewerProfile.programme_id == programme_id, ReviewerProfile.person_id == person_id
    )
    return db.session.scalar(query)


def _reviewers(programme_id: uuid.UUID) -> Select[Any]:
    """Ids of those who hold the role."""
    return select(RoleGrant.person_id).where(RoleGrant.programme_id == programme_id, RoleGrant.role == REVIEWER)


def pool_of_programme(programme_id: uuid.UUID) -> Sequence[Any]:
    """``id`` and ``name`` of every reviewer who is not suspended, with the profile and its organisation's name, by name."""
    joined = (ReviewerProfile.person_id == Person.id) & (ReviewerProfile.programme_id == programme_id)
    query = (
        select(Person.id, Person.name, ReviewerProfile, Organisation.name.label("organisation"))
        .outerjoin(ReviewerProfile, joined)
        .outerjoin(Organisation, Organisation.id == ReviewerProfile.organisation_id)
        .where(Person.id.in_(_reviewers(programme_id)), Person.suspended_at.is_(None))
        .order_by(Person.name, Person.id)
    )
    return db.session.execute(query).all()


def in_hand_by_person(programme_id: uuid.UUID, *conditions: Any) -> dict[uuid.UUID, int]:
    """Person id → reviews of the programme that wait for them, of proposals that fulfil the conditions."""
    query = (
        select(Review.reviewer_id, func.count())
        .join(Proposal, Proposal.id == Review.proposal_id)
        .join(Call, Call.id == Proposal.call_id)
        .where(
            Call.programme_id == programme_id,
            Review.state.in_([state.value for state in IN_HAND]),
            Proposal.state == ProposalState.ASSESSING.value,
            *conditions,
        )
        .group_by(Review.reviewer_id)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def place_in_call(call_id: uuid.UUID, person_id: uuid.UUID) -> CallReviewer | None:
    """What was agreed with a reviewer for a call."""
    query = select(CallReviewer).where(CallReviewer.call_id == call_id, CallReviewer.person_id == person_id)
    return db.session.scalar(query)


def time_of(call: Call, person_id: uuid.UUID) -> tuple[CallReviewer | None, ReviewerProfile | None]:
    """What was agreed with a reviewer for a call, and the profile; one query."""
    agreed = (CallReviewer.person_id == Person.id) & (CallReviewer.call_id == call.id)
    told = (ReviewerProfile.person_id == Person.id) & (ReviewerProfile.programme_id == call.programme_id)
    query = select(CallReviewer, ReviewerProfile).select_from(Person).outerjoin(CallReviewer, agreed)
    row = db.session.execute(query.outerjoin(ReviewerProfile, told).where(Person.id == person_id)).first()
    return (row[0], row[1]) if row else (None, None)


def places_in_call(call_id: uuid.UUID) -> dict[uuid.UUID, CallReviewer]:
    """Person id → what was agreed with them for a call."""
    rows = db.session.scalars(select(CallReviewer).where(CallReviewer.call_id == call_id))
    return {row.person_id: row for row in rows}


def round_of(call: Call) -> ReviewRound | None:
    """The round of reviews of the stage that is reviewed: the last one."""
    return db.session.scalar(select(ReviewRound).where(ReviewRound.call_stage_id == call.stages[-1].id))


def recruiting_calls(programme_ids: Collection[uuid.UUID]) -> list[Call]:
    """Calls of these programmes whose round of reviews stands at finding reviewers; its dates are not looked at."""
    query = (
        select(Call)
        .join(CallStage, CallStage.call_id == Call.id)
        .join(ReviewRound, ReviewRound.call_stage_id == CallStage.id)
        .where(Call.programme_id.in_(programme_ids), ReviewRound.state == RoundState.RECRUITING.value)
        .order_by(Call.code)
    )
    return list(db.session.scalars(query).unique()) if programme_ids else []


def proposals_to_bid_on(call_id: uuid.UUID, person_id: uuid.UUID) -> Select[Proposal]:
    """Proposals being assessed, by reference, without those with a conflict of interest or on whose side the person is."""
    return (
        select(Proposal)
        .options(joinedload(Proposal.organisation, innerjoin=True))
        .where(
            Proposal.call_id == call_id,
            Proposal.state == ProposalState.ASSESSING.value,
            *proposals_queries.visible_to(person_id),
        )
        .order_by(Proposal.reference)
    )


def bids_of(person_id: uuid.UUID, proposal_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, ReviewBid]:
    """Proposal id → the bid of a person."""
    query = select(ReviewBid).where(ReviewBid.person_id == person_id, ReviewBid.proposal_id.in_(set(proposal_ids)))
    return {bid.proposal_id: bid for bid in db.session.scalars(query)}


def review_by(proposal_id: uuid.UUID, person_id: uuid.UUID) -> Review | None:
    """The review that a person was asked for, whatever came of it."""
    query = select(Review).where(Review.proposal_id == proposal_id, Review.reviewer_id == person_id)
    return db.session.scalar(query)


def past_reviews(programme_id: uuid.UUID, *conditions: Any) -> Sequence[Any]:
    """Every review of the programme as a ``history.Sheet``; ``conditions`` narrow the proposals, for who may not know all."""
    query = (
        select(
            Review.proposal_id,
            Review.reviewer_id,
            Review.state.in_([state.value for state in STEPPED_BACK]).label("stepped_back"),
            Review.state.in_([state.value for state in DELIVERED]).label("delivered"),
            (Proposal.state != ProposalState.ASSESSING.value).label("settled"),
            Review.due_at,
            Review.submitted_at,
            Review.total_hundredths,
        )
        .join(Proposal, Proposal.id == Review.proposal_id)
        .join(Call, Call.id == Proposal.call_id)
        .where(Call.programme_id == programme_id, *conditions)
    )
    return db.session.execute(query).all()


def delivered_by(programme_id: uuid.UUID, person_id: uuid.UUID) -> Sequence[Any]:
    """``submitted_at`` of every review that a person handed in, with its ``call_id``, ``title`` and ``zone``; by call."""
    query = (
        select(Review.submitted_at, Call.id.label("call_id"), Call.title, Call.zone)
        .join(Proposal, Proposal.id == Review.proposal_id)
        .join(Call, Call.id == Proposal.call_id)
        .where(
            Call.programme_id == programme_id,
            Review.reviewer_id == person_id,
            Review.state.in_([state.value for state in DELIVERED]),
            Review.submitted_at.is_not(None),
        )
        .order_by(Call.code, Review.submitted_at)
    )
    return db.session.execute(query).all()
