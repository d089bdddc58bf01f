"""Who and what a world has made so far, by the keys of its file."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import TypeVar

from app.calls import queries as calls
from app.calls.models import Call
from app.core.types import Actor
from app.developers.worlds.diary import WorldError
from app.identity import queries as identity
from app.identity.models import Organisation, Person, Programme
from app.identity.services import as_actor
from app.mines import queries as mines
from app.mines.models import MineSite
from app.proposals import queries as proposals
from app.proposals.models import Proposal, StageSubmission

Thing = TypeVar("Thing")


@dataclass
class Register:
    """Ids by kind and key; every getter loads the record as the services expect it."""

    ids: dict[tuple[str, str], uuid.UUID] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)
    members: dict[tuple[str, str], Actor | None] = field(default_factory=dict)

    def keep(self, kind: str, key: str, ident: uuid.UUID) -> None:
        self.ids[kind, key] = ident

    def ident(self, kind: str, key: str) -> uuid.UUID:
        try:
            return self.ids[kind, key]
        except KeyError:
            raise WorldError(f"There is no {kind.replace('_', ' ')} “{key}” at that moment.") from None

    def person(self, key: str) -> Person:
        return _there(identity.get_person(self.ident("person", key)), "person", key)

    def actor(self, key: str) -> Actor:
        """A person as the one who acts; asked for at every step, so it is looked up once."""
        if key not in self.actors:
            self.actors[key] = as_actor(self.person(key))
        return self.actors[key]

    def member(self, organisation: str, role: str) -> Actor | None:
        """The first member of an organisation with this role, if there is one."""
        if (organisation, role) not in self.members:
            found = identity.members_of(self.ident("organisation", organisation), role)
            self.members[organisation, role] = as_actor(found[0].person) if found else None
        return self.members[organisation, role]

    def organisation(self, key: str) -> Organisation:
        return _there(identity.get_organisation(self.ident("organisation", key)), "organisation", key)

    def programme(self, code: str) -> Programme:
        return _there(identity.programme_by_code(code), "programme", code)

    def call(self, code: str) -> Call:
        return _there(calls.call_by_code(code), "call", code)

    def proposal(self, key: str) -> Proposal:
        return _there(proposals.get_proposal(self.ident("proposal", key)), "proposal", key)

    def stage(self, key: str, stage: str) -> StageSubmission:
        found = proposals.stage_of_proposal(self.ident("proposal", key), stage)
        return _there(found, "stage of a proposal", f"{key}.{stage}")

    def site(self, key: str) -> MineSite:
        return _there(mines.get_site(self.ident("mine_site", key)), "mine site", key)


def _there(found: Thing | None, kind: str, key: str) -> Thing:
    if found is None:
        raise WorldError(f"There is no {kind} “{key}” at that moment.")
    return found
