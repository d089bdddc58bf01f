"""Invariants of people: nobody judges what they must not, and money needs two persons."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import and_, func, or_, select

from app.decisions.models import Decision
from app.extensions import db
from app.projects.models import Agreement, Milestone, Payee, Payment
from app.proposals.models import ConflictOfInterest, Proposal
from app.reviews.models import Review

OPEN_REVIEWS = ("invited", "accepted", "draft", "submitted", "reopened", "final")


def one_review_each() -> Iterator[str]:
    """One person has at most one review of one proposal that counts or may come to count."""
    rows = db.session.execute(
        select(Proposal.reference, func.count(Review.id).label("count"))
        .join(Proposal, Proposal.id == Review.proposal_id)
        .where(Review.state.in_(OPEN_REVIEWS))
        .group_by(Review.proposal_id, Review.reviewer_id, Proposal.reference)
        .having(func.count(Review.id) > 1)
    )
    for row in rows:
        yield f"Proposal {row.reference} has {row.count} reviews by one person."


def no_conflicted_work() -> Iterator[str]:
    """A recorded conflict closes the person's review, and its holder neither proposed nor ratified the decision."""
    reviews = (
        select(Proposal.reference)
        .join(Review, Review.proposal_id == Proposal.id)
        .join(
            ConflictOfInterest,
            and_(
                ConflictOfInterest.proposal_id == Review.proposal_id,
                ConflictOfInterest.person_id == Review.reviewer_id,
            ),
        )
        .where(Review.state.in_(OPEN_REVIEWS))
    )
    for reference in db.session.scalars(reviews):
        yield f"Proposal {reference} is still with a reviewer who has a conflict of interest."
    decisions = (
        select(Proposal.reference)
        .join(Decision, Decision.proposal_id == Proposal.id)
        .join(ConflictOfInterest, ConflictOfInterest.proposal_id == Proposal.id)
        .where(
            or_(
                and_(
                    ConflictOfInterest.person_id == Decision.proposed_by_id,
                    ConflictOfInterest.created_at < Decision.created_at,
                ),
                and_(
                    ConflictOfInterest.person_id == Decision.ratified_by_id,
                    ConflictOfInterest.created_at < Decision.ratified_at,
                ),
            )
        )
    )
    for reference in db.session.scalars(decisions):
        yield f"The decision on {reference} was made by somebody with a conflict of interest."


def two_persons() -> Iterator[str]:
    """What one person prepared another one confirms: awards, agreements, accounts, milestones, payments."""
    same = {
        "decision was proposed and ratified": (Decision, Decision.proposed_by_id == Decision.ratified_by_id),
        "agreement was sent and countersigned": (Agreement, Agreement.sent_by_id == Agreement.countersigned_by_id),
        "bank account was recorded and confirmed": (Payee, Payee.recorded_by_id == Payee.confirmed_by_id),
        "milestone was reported and verified": (Milestone, Milestone.reported_by_id == Milestone.verified_by_id),
        "payment was approved and released": (Payment, Payment.approved_by_id == Payment.released_by_id),
        "payment was requested and approved": (Payment, Payment.requested_by_id == Payment.approved_by_id),
    }
    for what, (model, condition) in same.items():
        if count := db.session.scalar(select(func.count(model.id)).where(condition)):
            yield f"{count} times a {what} by one person."
