"""What was said about a proposal, and what the rapporteur wrote for the committee."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.reviews.models import DiscussionMessage, Review
from workflows.reviewer_scoring import ReviewState


def messages_of(proposal_id: uuid.UUID) -> list[DiscussionMessage]:
    """Every message of a discussion with the review its author speaks for, the oldest first."""
    query = (
        select(DiscussionMessage)
        .options(joinedload(DiscussionMessage.review).joinedload(Review.reviewer, innerjoin=True))
        .where(DiscussionMessage.proposal_id == proposal_id)
        .order_by(DiscussionMessage.created_at, DiscussionMessage.id)
    )
    return list(db.session.scalars(query))


def summary_of(proposal_id: uuid.UUID) -> str:
    """The newest summary of a discussion, if its rapporteur has no conflict of interest; else nothing."""
    query = (
        select(DiscussionMessage.text)
        .join(Review, Review.id == DiscussionMessage.review_id)
        .where(
            DiscussionMessage.proposal_id == proposal_id,
            DiscussionMessage.summary,
            Review.state != ReviewState.CONFLICTED.value,
        )
        .order_by(DiscussionMessage.created_at.desc(), DiscussionMessage.id.desc())
    )
    return db.session.scalars(query.limit(1)).first() or ""
