"""Rows that plans of a call are made from, and the plans themselves."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from app.calls.models import Call, CallStage
from app.extensions import db
from app.proposals.models import Proposal
from app.reviews.models import AssignmentPlan, CallReviewer, Review, ReviewBid, ReviewerProfile, ReviewInvitation
from app.reviews.queries.records import STEPPED_BACK


def get_plan(plan_id: uuid.UUID) -> AssignmentPlan | None:
    """One plan with its call."""
    call = joinedload(AssignmentPlan.call, innerjoin=True)
    shape = (call.joinedload(Call.programme), call.selectinload(Call.stages).raiseload(CallStage.form_version))
    return db.session.scalar(select(AssignmentPlan).where(AssignmentPlan.id == plan_id).options(*shape))


def plans_of_call(call_id: uuid.UUID) -> list[AssignmentPlan]:
    """The plans of a call that are not discarded, the newest first."""
    query = select(AssignmentPlan).where(AssignmentPlan.call_id == call_id, AssignmentPlan.discarded_at.is_(None))
    return list(db.session.scalars(query.order_by(AssignmentPlan.created_at.desc(), AssignmentPlan.id)))


def uncomputed_plans() -> list[AssignmentPlan]:
    """Plans that wait to be computed, the oldest first."""
    query = select(AssignmentPlan).where(
        AssignmentPlan.computed_at.is_(None),
        AssignmentPlan.discarded_at.is_(None),
        AssignmentPlan.failure == "",
        AssignmentPlan.basis == "optimal",
    )
    return list(db.session.scalars(query.order_by(AssignmentPlan.created_at, AssignmentPlan.id)))


def profiles_of_programme(programme_id: uuid.UUID) -> dict[uuid.UUID, ReviewerProfile]:
    """Person id → what they know and can take on, with their organisation."""
    query = select(ReviewerProfile).where(ReviewerProfile.programme_id == programme_id)
    rows = db.session.scalars(query.options(joinedload(ReviewerProfile.organisation)))
    return {row.person_id: row for row in rows}


def reviewers_of_call(call_id: uuid.UUID) -> dict[uuid.UUID, CallReviewer]:
    """Person id → what was agreed for the call."""
    rows = db.session.scalars(select(CallReviewer).where(CallReviewer.call_id == call_id))
    return {row.person_id: row for row in rows}


def get_call_reviewer(call_id: uuid.UUID, person_id: uuid.UUID) -> CallReviewer | None:
    """What was agreed with one reviewer for the call."""
    query = select(CallReviewer).where(CallReviewer.call_id == call_id, CallReviewer.person_id == person_id)
    return db.session.scalar(query)


def bids_on(proposal_ids: Collection[uuid.UUID]) -> dict[tuple[uuid.UUID, uuid.UUID], str]:
    """(proposal, person) → how much they want to read it."""
    query = select(ReviewBid).where(ReviewBid.proposal_id.in_(proposal_ids))
    return {(bid.proposal_id, bid.person_id): bid.value for bid in db.session.scalars(query)} if proposal_ids else {}


def pairs_asked(proposal_ids: Collection[uuid.UUID]) -> list[tuple[uuid.UUID, uuid.UUID, bool]]:
    """(proposal, person, whether they review it still) of everybody who was ever asked."""
    query = select(Review.proposal_id, Review.reviewer_id, Review.state).where(Review.proposal_id.in_(proposal_ids))
    stepped_back = {state.value for state in STEPPED_BACK}
    rows = db.session.execute(query) if proposal_ids else ()
    return [(row.proposal_id, row.reviewer_id, row.state not in stepped_back) for row in rows]


def outsiders_asked(proposal_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, int]:
    """Proposal id → how many people without an account were asked and have not answered."""
    query = (
        select(ReviewInvitation.proposal_id, func.count())
        .where(
            ReviewInvitation.proposal_id.in_(proposal_ids),
            ReviewInvitation.review_id.is_(None),
            ReviewInvitation.answer == "",
            ReviewInvitation.withdrawn_at.is_(None),
        )
        .group_by(ReviewInvitation.proposal_id)
    )
    return {row[0]: row[1] for row in db.session.execute(query)} if proposal_ids else {}


def proposals_in_call(references: Collection[str], call_id: uuid.UUID) -> dict[str, Proposal]:
    """Reference → proposal of the call, with what inviting needs."""
    query = (
        select(Proposal)
        .where(Proposal.call_id == call_id, Proposal.reference.in_(references))
        .options(selectinload(Proposal.stages))
    )
    return {row.reference: row for row in db.session.scalars(query)} if references else {}
