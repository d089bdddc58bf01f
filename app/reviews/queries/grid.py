"""The light rows behind the overview of a call's reviews: columns, not records, so that thousands are read at once."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from app.calls.models import Call
from app.extensions import db
from app.identity.models import Person
from app.proposals import queries as proposals_queries
from app.proposals.models import Proposal
from app.reviews.models import Review
from app.reviews.queries.records import STEPPED_BACK
from workflows.proposal_lifecycle import ProposalState


def overseen(person_id: uuid.UUID) -> tuple[Any, ...]:
    """Conditions under which a member of the staff oversees the reviews of a proposal: seen, and not reviewed by them."""
    own = select(Review.proposal_id).where(
        Review.reviewer_id == person_id, Review.state.not_in([state.value for state in STEPPED_BACK])
    )
    return (*proposals_queries.visible_to(person_id), Proposal.id.not_in(own))


def is_shown_all(programme_id: uuid.UUID, person_id: uuid.UUID) -> bool:
    """Whether this person oversees every proposal of the programme that has reviews."""
    theirs = select(Proposal.id).where(*overseen(person_id))
    query = select(Review.id).join(Proposal, Proposal.id == Review.proposal_id).join(Call, Call.id == Proposal.call_id)
    return (
        db.session.scalar(query.where(Call.programme_id == programme_id, Proposal.id.not_in(theirs)).limit(1)) is None
    )


def grid_proposals(call_id: uuid.UUID, person_id: uuid.UUID) -> Sequence[Any]:
    """``id``, ``reference``, ``title`` and ``state`` of the call's proposals past screening that this person oversees."""
    query = select(Proposal.id, Proposal.reference, Proposal.title, Proposal.state).where(
        Proposal.call_id == call_id, Proposal.state != ProposalState.APPLYING.value, *overseen(person_id)
    )
    return db.session.execute(query.order_by(Proposal.reference)).all()


def grid_reviews(call_id: uuid.UUID) -> Sequence[Any]:
    """Every review of the call as a ``pace.Sheet`` with its ``id`` and its reviewer's ``name``; whoever shows them leaves
    out those of proposals that its reader does not oversee."""
    query = (
        select(
            Review.id,
            Review.proposal_id,
            Review.reviewer_id,
            Person.name,
            Review.state,
            Review.due_at,
            Review.submitted_at,
            Review.total_hundredths,
            (Proposal.state == ProposalState.ASSESSING.value).label("assessing"),
        )
        .join(Proposal, Proposal.id == Review.proposal_id)
        .join(Person, Person.id == Review.reviewer_id)
        .where(Proposal.call_id == call_id)
    )
    return db.session.execute(query.order_by(Person.name, Review.id)).all()
