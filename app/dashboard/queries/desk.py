"""Who the reader is: organisations, programme roles, and the proposals that are closed to them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from app.identity import queries as identity
from app.proposals import queries as proposals
from workflows.actors import (
    AUDITOR,
    EDITOR,
    FINANCE,
    GRANTEE,
    MANAGER,
    OFFICER,
    OWNER,
    REVIEWER,
    SIGNATORY,
    STAFF,
)

NOBODY: frozenset[str] = frozenset()
SEES_FIGURES = STAFF | {FINANCE, AUDITOR}


@dataclass(frozen=True)
class Desk:
    """The reader's place in the work: role by organisation, part by proposal, roles by programme, conflicts of interest."""

    person_id: uuid.UUID
    memberships: Mapping[uuid.UUID, str]
    roles: Mapping[uuid.UUID, frozenset[str]]
    conflicted: frozenset[uuid.UUID]
    parts: Mapping[uuid.UUID, str]

    @property
    def organisations(self) -> tuple[uuid.UUID, ...]:
        return tuple(self.memberships)

    def programmes(self, *wanted: str) -> tuple[uuid.UUID, ...]:
        """Ids of the programmes in which the reader holds one of these roles."""
        return tuple(p for p, held in self.roles.items() if held & frozenset(wanted))

    def holds(self, *wanted: str) -> bool:
        return bool(self.programmes(*wanted))

    def relations(
        self, programme_id: uuid.UUID, proposal_id: uuid.UUID | None, organisation_id: uuid.UUID | None
    ) -> frozenset[str]:
        """The reader's relations to a thing of that programme, proposal and organisation.

        As in the policies: a conflict of interest, or being on the applicant's side, closes the programme's side.
        """
        own = self._as_applicant(proposal_id, organisation_id)
        if own:
            return own
        if proposal_id in self.conflicted:
            return NOBODY
        return self.roles.get(programme_id, NOBODY) - {REVIEWER}

    def _as_applicant(self, proposal_id: uuid.UUID | None, organisation_id: uuid.UUID | None) -> frozenset[str]:
        """What the reader is through the organisation, and through a part in this one proposal."""
        member = self.memberships.get(organisation_id) if organisation_id else None
        part = self.parts.get(proposal_id) if proposal_id else None
        own = {word for word in (member, part) if word}
        if member == OWNER:
            own |= {SIGNATORY}
        if member in (OWNER, EDITOR):
            own |= {GRANTEE}
        return frozenset(own)


def load(person_id: uuid.UUID) -> Desk:
    """Memberships and roles are shared with the rest of the request; conflicts matter only to those who hold a role."""
    roles = identity.programme_roles(person_id)
    conflicted = frozenset(proposals.conflicted_proposal_ids(person_id)) if roles else frozenset()
    parts = {ident: part.role for ident, part in proposals.collaborations_of(person_id).items()}
    return Desk(person_id, identity.memberships_of(person_id), roles, conflicted, parts)


WORKING_ROLES = (MANAGER, OFFICER, FINANCE)  # those with a part in funded projects
