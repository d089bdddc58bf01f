"""What reviewers have to do in a call, and what they can take on."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import case, func, literal, select, union_all

from app.extensions import db
from app.proposals.models import Proposal
from app.reviews.models import CallReviewer, Review, ReviewerProfile, ReviewNudge
from app.reviews.queries.grid import overseen
from app.reviews.queries.records import STEPPED_BACK


def capacities_in_call(call_id: uuid.UUID, programme_id: uuid.UUID) -> dict[uuid.UUID, int]:
    """Person id → how many reviews they can take on in the call: what was agreed for it, else what their profile says."""
    agreed = case((CallReviewer.available, CallReviewer.capacity), else_=0)
    rows = union_all(
        select(ReviewerProfile.person_id, ReviewerProfile.capacity, literal(0).label("rank")).where(
            ReviewerProfile.programme_id == programme_id
        ),
        select(CallReviewer.person_id, agreed, literal(1)).where(CallReviewer.call_id == call_id),
    ).subquery()
    query = select(rows.c.person_id, rows.c.capacity).order_by(rows.c.rank)
    return {person_id: capacity for person_id, capacity in db.session.execute(query)}  # noqa: C416 - typed


def loads_in_call(
    call_id: uuid.UUID, programme_id: uuid.UUID, reader_id: uuid.UUID | None
) -> dict[uuid.UUID, tuple[int, int | None]]:
    """Person id → (reviews they have in the call, how many they can take on; nothing when nobody said).

    Reviews of proposals that are closed to the reader are not counted: the sum would tell who has them.
    """
    counted = (
        select(Review.reviewer_id, func.count())
        .join(Proposal, Proposal.id == Review.proposal_id)
        .where(
            Proposal.call_id == call_id,
            Review.state.not_in([state.value for state in STEPPED_BACK]),
            *(overseen(reader_id) if reader_id else ()),
        )
        .group_by(Review.reviewer_id)
    )
    counts = {row[0]: row[1] for row in db.session.execute(counted)}
    capacities = capacities_in_call(call_id, programme_id)
    return {ident: (counts.get(ident, 0), capacities.get(ident)) for ident in {*counts, *capacities}}


def last_nudges(call_id: uuid.UUID) -> dict[uuid.UUID, datetime]:
    """Person id → when they were last asked after their reviews of the call."""
    query = select(ReviewNudge.person_id, func.max(ReviewNudge.created_at)).where(ReviewNudge.call_id == call_id)
    return {row[0]: row[1] for row in db.session.execute(query.group_by(ReviewNudge.person_id))}
