"""Whose eyes and ears are closed to which proposals of a call: for very many people at once."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select, union_all

from app.extensions import db
from app.identity.models import FormerMembership, Membership
from app.proposals.models import CLOSING_BASES, ConflictOfInterest, Proposal, ProposalCollaborator, SuggestedConflict

Pair = tuple[uuid.UUID, uuid.UUID]


@dataclass(frozen=True)
class Closed:
    """The same answers as ``has_conflict``, known beforehand: (person, proposal) and (person, organisation)."""

    proposals: frozenset[Pair]
    organisations: frozenset[Pair]

    def to(self, person_id: uuid.UUID, proposal_id: uuid.UUID, organisation_id: uuid.UUID) -> bool:
        """Whether the proposal is closed to the person."""
        return (person_id, proposal_id) in self.proposals or (person_id, organisation_id) in self.organisations


def closed_in_call(call_id: uuid.UUID, people: Collection[uuid.UUID]) -> Closed:
    """Every conflict of interest of these people with proposals of a call, and every side they are or were on; two queries."""
    in_call = select(Proposal.id).where(Proposal.call_id == call_id)
    conflicts = union_all(
        select(ConflictOfInterest.person_id, ConflictOfInterest.proposal_id).where(
            ConflictOfInterest.proposal_id.in_(in_call)
        ),
        select(SuggestedConflict.person_id, SuggestedConflict.proposal_id).where(
            SuggestedConflict.proposal_id.in_(in_call),
            SuggestedConflict.basis.in_(CLOSING_BASES),
            SuggestedConflict.dismissed_at.is_(None),
            SuggestedConflict.withdrawn_at.is_(None),
        ),
        select(ProposalCollaborator.person_id, ProposalCollaborator.proposal_id).where(
            ProposalCollaborator.proposal_id.in_(in_call)
        ),
    )
    sides = union_all(
        select(Membership.person_id, Membership.organisation_id).where(Membership.person_id.in_(people)),
        select(FormerMembership.person_id, FormerMembership.organisation_id).where(
            FormerMembership.person_id.in_(people)
        ),
    )
    pairs = frozenset((row[0], row[1]) for row in db.session.execute(conflicts))
    return Closed(pairs, frozenset((row[0], row[1]) for row in db.session.execute(sides)) if people else frozenset())
