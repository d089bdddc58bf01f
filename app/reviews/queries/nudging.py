"""Reviews that wait for their reviewers, for asking after them."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, load_only

from app.extensions import db
from app.identity.models import RoleGrant
from app.proposals import queries as proposals_queries
from app.proposals.models import Proposal
from app.reviews.models import Review
from app.reviews.queries.grid import overseen
from app.reviews.queries.records import IN_HAND
from workflows.actors import REVIEWER
from workflows.proposal_lifecycle import ProposalState


def _waiting() -> Select[Review]:
    """Reviews in hand of proposals being assessed, with reviewer and proposal, the earliest due first.

    Of both only what a mail says: what is typed on a sheet or in a proposal is long, and there may be thousands. The call
    is asked for once, when it is needed.
    """
    proposal = joinedload(Review.proposal, innerjoin=True)
    return (
        select(Review)
        .join(Proposal, Proposal.id == Review.proposal_id)
        .where(Review.state.in_(IN_HAND), Proposal.state == ProposalState.ASSESSING.value)
        .options(
            load_only(Review.proposal_id, Review.reviewer_id, Review.due_at, Review.state),
            joinedload(Review.reviewer, innerjoin=True),
            proposal.load_only(
                Proposal.call_id, Proposal.organisation_id, Proposal.reference, Proposal.title, Proposal.state
            ),
            proposal.immediateload(Proposal.call),
        )
        .order_by(Review.due_at, Review.id)
    )


def waiting_in_call(call_id: uuid.UUID, programme_id: uuid.UUID, person_id: uuid.UUID) -> list[Review]:
    """Reviews of a call that wait for their reviewers, of proposals that ``person_id`` oversees.

    Not those that are closed to their own reviewer: by a conflict of interest, or with the role.
    """
    # Asked of each review: as a list, SQLite tries every reviewer of the programme on every proposal.
    reviewing = select(RoleGrant.id).where(
        RoleGrant.programme_id == programme_id, RoleGrant.person_id == Review.reviewer_id, RoleGrant.role == REVIEWER
    )
    query = _waiting().where(Proposal.call_id == call_id, reviewing.correlate(Review).exists(), *overseen(person_id))
    found = list(db.session.scalars(query))
    closed = proposals_queries.closed_in_call(call_id, {r.reviewer_id for r in found})
    return [r for r in found if not closed.to(r.reviewer_id, r.proposal_id, r.proposal.organisation_id)]


def still_waiting(review_ids: Collection[uuid.UUID]) -> list[Review]:
    """Those of some reviews that still wait for a reviewer who may see the proposal."""
    query = _waiting().where(Review.id.in_(review_ids))
    found = list(db.session.scalars(query)) if review_ids else []
    return [r for r in found if not proposals_queries.has_conflict(r.reviewer_id, r.proposal)]
