"""Who works on a proposal beside the members of its organisation: parts they have and had, who may sign."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, event, select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.identity import queries as identity_queries
from app.identity.models import Membership, Person
from app.proposals.models import Proposal, ProposalCollaborator
from workflows.actors import OWNER, SIGNATORY

PARTS, CONFLICTS = "proposals.parts", "conflicted_proposals"


@dataclass(frozen=True)
class Part:
    """What a person is or was in a proposal; ``sections`` (``stage/section``) are those a contributor writes."""

    role: str
    sections: frozenset[str]
    is_over: bool


def parts_of(person_id: uuid.UUID) -> dict[uuid.UUID, Part]:
    """Proposal id → the person's part in it, those that ended included. Asked once per transaction."""
    known: dict[uuid.UUID, dict[uuid.UUID, Part]] = db.session().info.setdefault(PARTS, {})
    if person_id not in known:
        rows = db.session.execute(
            select(
                ProposalCollaborator.proposal_id,
                ProposalCollaborator.role,
                ProposalCollaborator.sections,
                ProposalCollaborator.ended_at,
            ).where(ProposalCollaborator.person_id == person_id)
        )
        known[person_id] = {r.proposal_id: Part(r.role, frozenset(r.sections), r.ended_at is not None) for r in rows}
    return known[person_id]


def part_in(person_id: uuid.UUID, proposal_id: uuid.UUID) -> Part | None:
    """The person's part in a proposal, while it lasts."""
    part = parts_of(person_id).get(proposal_id)
    return None if part is None or part.is_over else part


def collaborations_of(person_id: uuid.UUID) -> dict[uuid.UUID, Part]:
    """Proposal id → the person's part in it, while it lasts."""
    return {ident: part for ident, part in parts_of(person_id).items() if not part.is_over}


def forget_parts() -> None:
    """Ask anew for the parts, and what is closed by them: one has just changed."""
    for name in (PARTS, CONFLICTS):
        db.session().info.pop(name, None)


@event.listens_for(db.session, "after_transaction_end")
def _forget_after_transaction(session: Any, transaction: Any) -> None:
    """What was known in one transaction says nothing about the next."""
    if transaction.parent is None:
        session.info.pop(PARTS, None)


def joined_by(person_id: uuid.UUID) -> Select[uuid.UUID]:
    """Ids of the proposals that the person works on now, as a part of a query."""
    return select(ProposalCollaborator.proposal_id).where(
        ProposalCollaborator.person_id == person_id, ProposalCollaborator.ended_at.is_(None)
    )


def left_by(person_id: uuid.UUID) -> Select[uuid.UUID]:
    """Ids of the proposals that the person worked on once and has no part in now, not as a member either."""
    own = select(Membership.organisation_id).where(Membership.person_id == person_id)
    return (
        select(ProposalCollaborator.proposal_id)
        .join(Proposal, Proposal.id == ProposalCollaborator.proposal_id)
        .where(
            ProposalCollaborator.person_id == person_id,
            ProposalCollaborator.ended_at.is_not(None),
            Proposal.organisation_id.not_in(own),
        )
    )


def collaborators_of(proposal_id: uuid.UUID, *roles: str) -> list[ProposalCollaborator]:
    """Who works on a proposal now (with these roles, or all), their people loaded, by name."""
    query = (
        select(ProposalCollaborator)
        .join(ProposalCollaborator.person)
        .where(ProposalCollaborator.proposal_id == proposal_id, ProposalCollaborator.ended_at.is_(None))
        .options(joinedload(ProposalCollaborator.person))
        .order_by(Person.name, ProposalCollaborator.id)
    )
    return list(db.session.scalars(query.where(ProposalCollaborator.role.in_(roles)) if roles else query))


def get_collaborator(proposal_id: uuid.UUID, ident: uuid.UUID) -> ProposalCollaborator | None:
    """One part in a proposal that lasts, its person loaded."""
    return next((c for c in collaborators_of(proposal_id) if c.id == ident), None)


def collaborator_row(proposal_id: uuid.UUID, person_id: uuid.UUID) -> ProposalCollaborator | None:
    """The row of a person's part in a proposal, whether it lasts or not."""
    query = select(ProposalCollaborator).where(
        ProposalCollaborator.proposal_id == proposal_id, ProposalCollaborator.person_id == person_id
    )
    return db.session.scalar(query)


def people_who_sign(proposal: Proposal) -> list[Person]:
    """Who may sign a proposal off: the owners of its organisation and its signatories, each once, by name."""
    members = identity_queries.members_of(proposal.organisation_id, OWNER)
    return signing_among(members, collaborators_of(proposal.id, SIGNATORY))


def signing_among(members: Iterable[Membership], collaborators: Iterable[ProposalCollaborator]) -> list[Person]:
    """Who of these members and collaborators, loaded with their people, may sign: each once, by name."""
    owners = [m.person for m in members if m.role == OWNER]
    others = [c.person for c in collaborators if c.role == SIGNATORY]
    found = {p.id: p for p in (*owners, *others) if p.suspended_at is None}
    return sorted(found.values(), key=lambda p: (p.name, str(p.id)))


def every_part_in(proposal_id: uuid.UUID) -> list[ProposalCollaborator]:
    """The parts of everybody in a proposal, those that ended included, by age."""
    query = select(ProposalCollaborator).where(ProposalCollaborator.proposal_id == proposal_id)
    return list(db.session.scalars(query.order_by(ProposalCollaborator.id)))
