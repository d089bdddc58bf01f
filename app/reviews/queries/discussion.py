"""What was said about a proposal, and what the rapporteur wrote for the committee."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import set_committed_value

from app.extensions import db
from app.proposals.models import Proposal
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


def reviews_beside(proposal: Proposal) -> list[Review]:
    """Every review of a proposal that is loaded already, with its reviewer; by pseudonym. One query."""
    query = select(Review).options(joinedload(Review.reviewer, innerjoin=True)).where(Review.proposal_id == proposal.id)
    found = list(db.session.scalars(query.order_by(Review.pseudonym, Review.id)))
    for review in found:
        set_committed_value(review, "proposal", proposal)
    return found


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
