"""Invitations that are answered by a link, and what reviewers agreed to."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import Select, event, select
from sqlalchemy.orm import joinedload

from app.calls.models import Call
from app.core import clock
from app.extensions import db
from app.identity.models import Person
from app.proposals.models import Proposal
from app.reviews import confidentiality
from app.reviews.models import ConfidentialityAgreement, Review, ReviewInvitation
from workflows.proposal_lifecycle import ProposalState
from workflows.reviewer_scoring import ReviewState

AGREED = "confidentiality_agreements"

Known = dict[tuple[uuid.UUID, uuid.UUID], bool]


def agreed(programme_id: Any, person_id: Any) -> Any:
    """Condition: a person (a column or an id) agreed to the present wording for a programme."""
    return (
        select(ConfidentialityAgreement.id)
        .where(
            ConfidentialityAgreement.programme_id == programme_id,
            ConfidentialityAgreement.person_id == person_id,
            ConfidentialityAgreement.text_sha256 == confidentiality.SHA256,
        )
        .exists()
    )


def has_agreed(programme_id: uuid.UUID, person_id: uuid.UUID) -> bool:
    """Whether a person agreed to the present wording for a programme; read once in a transaction."""
    known: Known = db.session().info.setdefault(AGREED, {})
    if (programme_id, person_id) not in known:
        known[programme_id, person_id] = bool(db.session.scalar(select(agreed(programme_id, person_id))))
    return known[programme_id, person_id]


def reviewer_agreed() -> Any:
    """Column beside reviews: whether their reviewer agreed to the present wording."""
    programme = select(Call.programme_id).join(Proposal, Proposal.call_id == Call.id)
    own = programme.where(Proposal.id == Review.proposal_id).correlate(Review).scalar_subquery()
    return agreed(own, Review.reviewer_id)


def remember_agreement(review: Review, known: bool) -> None:
    """What was read beside a review need not be asked for."""
    db.session().info.setdefault(AGREED, {})[review.proposal.call.programme_id, review.reviewer_id] = known


def forget_agreements() -> None:
    """Read agreements anew after one was signed."""
    db.session().info.pop(AGREED, None)


@event.listens_for(db.session, "after_transaction_end")
def _forget_after_transaction(session: Any, transaction: Any) -> None:
    """What was known in one transaction says nothing about the next."""
    if transaction.parent is None:
        session.info.pop(AGREED, None)


def agreements_of(programme_id: uuid.UUID) -> list[ConfidentialityAgreement]:
    """Every agreement for a programme, the newest first, whatever its wording."""
    query = select(ConfidentialityAgreement).where(ConfidentialityAgreement.programme_id == programme_id)
    return list(db.session.scalars(query.order_by(ConfidentialityAgreement.agreed_at.desc())))


def _open() -> tuple[Any, ...]:
    """Conditions under which a link can still be answered; a review asked for in the pool must wait for its answer too."""
    return (
        ReviewInvitation.answer == "",
        ReviewInvitation.withdrawn_at.is_(None),
        ReviewInvitation.expires_at > clock.now(),
    )


def _around() -> Select[ReviewInvitation]:
    proposal = joinedload(ReviewInvitation.proposal)
    return select(ReviewInvitation).options(
        proposal.joinedload(Proposal.organisation),
        proposal.joinedload(Proposal.call).joinedload(Call.programme),
        proposal.selectinload(Proposal.stages),
        joinedload(ReviewInvitation.review).joinedload(Review.reviewer),
    )


def open_invitation(token_hash: str) -> ReviewInvitation | None:
    """The invitation of this token while it can be answered; one query that tells nothing of why it cannot."""
    query = (
        _around()
        .join(Proposal, Proposal.id == ReviewInvitation.proposal_id)
        .outerjoin(Review, Review.id == ReviewInvitation.review_id)
        .outerjoin(Person, Person.id == Review.reviewer_id)
        .where(
            ReviewInvitation.token_hash == token_hash,
            *_open(),
            Proposal.state == ProposalState.ASSESSING.value,
            ReviewInvitation.review_id.is_(None)
            | ((Review.state == ReviewState.INVITED.value) & Person.suspended_at.is_(None)),
        )
    )
    return db.session.scalar(query)


def get_invitation(ident: uuid.UUID) -> ReviewInvitation | None:
    """One invitation with its proposal."""
    return db.session.scalar(_around().where(ReviewInvitation.id == ident))


def mailed_invitations(proposal_id: uuid.UUID) -> list[ReviewInvitation]:
    """Invitations of people outside the pool, the newest first; not those that were withdrawn."""
    query = select(ReviewInvitation).where(
        ReviewInvitation.proposal_id == proposal_id, ReviewInvitation.withdrawn_at.is_(None)
    )
    mailed = query.where(ReviewInvitation.review_id.is_(None) | (ReviewInvitation.answer == "accepted"))
    return list(db.session.scalars(mailed.order_by(ReviewInvitation.created_at.desc(), ReviewInvitation.id.desc())))
