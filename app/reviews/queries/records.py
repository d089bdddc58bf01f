"""Rows of reviews; what is loaded with them and in which order is stated here."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import cast

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import joinedload, raiseload

from app.calls.models import CallStage
from app.extensions import db
from app.proposals import queries as proposals_queries
from app.proposals.models import Proposal, SealedSubmission, StageSubmission
from app.reviews.models import CriterionScore, Review
from app.reviews.queries import asking
from workflows.proposal_lifecycle import ProposalState
from workflows.reviewer_scoring import ReviewState as S

READABLE = (S.ACCEPTED, S.DRAFT, S.SUBMITTED, S.REOPENED, S.FINAL)
IN_HAND = (S.INVITED, S.ACCEPTED, S.DRAFT, S.REOPENED)
DELIVERED = (S.SUBMITTED, S.FINAL)
STEPPED_BACK = (S.DECLINED, S.CONFLICTED, S.RECUSED)


def whole() -> Select[Review]:
    """Reviews with their reviewer, and the proposal with call, organisation and stages, without the long forms."""
    proposal = joinedload(Review.proposal, innerjoin=True)
    return select(Review).options(
        joinedload(Review.reviewer, innerjoin=True),
        proposal.joinedload(Proposal.call, innerjoin=True),
        proposal.joinedload(Proposal.organisation, innerjoin=True),
        proposal.selectinload(Proposal.stages).options(
            joinedload(StageSubmission.call_stage, innerjoin=True).options(raiseload(CallStage.form_version)),
            raiseload(StageSubmission.form_version),
        ),
    )


def get_review(review_id: uuid.UUID) -> Review | None:
    """One review; whether its reviewer signed the agreement is known from then on."""
    return _one(Review.id == review_id)


def get_readable_review(review_id: uuid.UUID) -> Review | None:
    """One review whose proposal its reviewer may read: accepted, and not stepped back from; the agreement as above."""
    return _one(Review.id == review_id, Review.state.in_(READABLE))


def _one(*conditions: ColumnElement[bool]) -> Review | None:
    row = db.session.execute(whole().add_columns(asking.reviewer_agreed()).where(*conditions)).one_or_none()
    if row is None:
        return None
    review, signed = row
    asking.remember_agreement(review, signed)
    return cast("Review", review)


def reviews_of_person(person_id: uuid.UUID) -> list[Review]:
    """Every review asked of a person, the earliest due first."""
    return list(db.session.scalars(whole().where(Review.reviewer_id == person_id).order_by(Review.due_at, Review.id)))


def reviews_of_proposals(proposal_ids: Collection[uuid.UUID]) -> list[Review]:
    """Every review of some proposals; by pseudonym, which says nothing about who came first."""
    query = whole().where(Review.proposal_id.in_(proposal_ids)).order_by(Review.pseudonym, Review.id)
    return list(db.session.scalars(query)) if proposal_ids else []


def reviews_of_call(call_id: uuid.UUID) -> list[Review]:
    """Every review of a call, by pseudonym."""
    query = whole().join(Proposal, Proposal.id == Review.proposal_id).where(Proposal.call_id == call_id)
    return list(db.session.scalars(query.order_by(Review.pseudonym, Review.id)))


def final_reviews_of_call(call_id: uuid.UUID) -> list[Review]:
    """The reviews that count in a call's ranking."""
    return [review for review in reviews_of_call(call_id) if review.state == S.FINAL.value]


def final_reviews_of(proposal_id: uuid.UUID) -> list[Review]:
    """The reviews that count for one proposal."""
    return [review for review in reviews_of_proposals([proposal_id]) if review.state == S.FINAL.value]


def has_review(proposal_id: uuid.UUID, reviewer_id: uuid.UUID) -> bool:
    """Whether this person was ever asked to review this proposal."""
    query = select(Review.id).where(Review.proposal_id == proposal_id, Review.reviewer_id == reviewer_id)
    return db.session.scalar(query) is not None


def reviewed_by(person_id: uuid.UUID) -> frozenset[uuid.UUID]:
    """Proposals that a person reviews or has reviewed, without those they stepped back from."""
    query = select(Review.proposal_id).where(
        Review.reviewer_id == person_id, Review.state.not_in([state.value for state in STEPPED_BACK])
    )
    return frozenset(db.session.scalars(query))


def entries_of(review_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, list[CriterionScore]]:
    """Review id → what stands on its sheet, one entry for each criterion or section touched; one query."""
    found: dict[uuid.UUID, list[CriterionScore]] = defaultdict(list)
    query = select(CriterionScore).where(CriterionScore.review_id.in_(review_ids)).order_by(CriterionScore.code)
    for entry in db.session.scalars(query) if review_ids else ():
        found[entry.review_id].append(entry)
    return found


def final_stage(proposal: Proposal) -> StageSubmission:
    """The stage that is reviewed: the last one of the proposal."""
    return max(proposal.stages, key=lambda stage: stage.position)


def sealed_of(review: Review) -> SealedSubmission | None:
    """The submitted version that a review judges."""
    return proposals_queries.sealed_version(final_stage(review.proposal).id, review.sealed_number)


def in_hand_until(until: datetime) -> list[Review]:
    """Reviews that wait for their reviewer and are due by then, of proposals still being assessed."""
    query = (
        whole()
        .join(Proposal, Proposal.id == Review.proposal_id)
        .where(Review.state.in_(IN_HAND), Review.due_at <= until, Proposal.state == ProposalState.ASSESSING.value)
        .order_by(Review.due_at, Review.id)
    )
    return list(db.session.scalars(query))
