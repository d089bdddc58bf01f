"""What a change of people or proposals touches: programmes, and reviews that still live."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import or_, select

from app.calls.models import Call
from app.extensions import db
from app.identity.models import RoleGrant
from app.proposals.models import Proposal, SuggestedConflict
from app.reviews.models import Review
from app.reviews.queries.records import STEPPED_BACK, whole
from workflows.proposal_lifecycle import ProposalState

Ids = Collection[uuid.UUID]
UNDECIDED = (ProposalState.ASSESSING, ProposalState.DECIDING)


def live_reviews_touching(people: Ids, proposals: Ids) -> list[Review]:
    """Reviews of these people, and of these proposals, that are not stepped back from and not decided on yet; by id."""
    query = (
        whole()
        .join(Proposal, Proposal.id == Review.proposal_id)
        .where(
            or_(Review.reviewer_id.in_(people), Review.proposal_id.in_(proposals)),
            Review.state.not_in([state.value for state in STEPPED_BACK]),
            Proposal.state.in_([state.value for state in UNDECIDED]),
        )
        .order_by(Review.id)
    )
    return list(db.session.scalars(query)) if people or proposals else []


def programmes_of_people(people: Ids) -> dict[uuid.UUID, list[uuid.UUID]]:
    """Programme id → which of these people have a role there, or had suggestions from when they had one."""
    held = select(RoleGrant.programme_id, RoleGrant.person_id).where(RoleGrant.person_id.in_(people))
    suggested = (
        select(Call.programme_id, SuggestedConflict.person_id)
        .join(Proposal, Proposal.id == SuggestedConflict.proposal_id)
        .join(Call, Call.id == Proposal.call_id)
        .where(SuggestedConflict.person_id.in_(people))
    )
    found: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    for programme_id, person_id in db.session.execute(held.union(suggested)) if people else ():
        found[programme_id].add(person_id)
    return {programme_id: sorted(found[programme_id]) for programme_id in sorted(found)}


def programmes_of_proposals(proposals: Ids) -> dict[uuid.UUID, list[uuid.UUID]]:
    """Programme id → which of these proposals are its own."""
    query = (
        select(Call.programme_id, Proposal.id).join(Call, Call.id == Proposal.call_id).where(Proposal.id.in_(proposals))
    )
    found: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    for programme_id, proposal_id in db.session.execute(query.order_by(Proposal.id)) if proposals else ():
        found[programme_id].append(proposal_id)
    return {programme_id: found[programme_id] for programme_id in sorted(found)}


def reviewers_in(programmes: Ids) -> list[uuid.UUID]:
    """Ids of everybody who was asked to review in these programmes."""
    query = (
        select(Review.reviewer_id)
        .join(Proposal, Proposal.id == Review.proposal_id)
        .join(Call, Call.id == Proposal.call_id)
        .where(Call.programme_id.in_(programmes))
        .distinct()
        .order_by(Review.reviewer_id)
    )
    return list(db.session.scalars(query)) if programmes else []
