"""Everybody has one start page: their own. Staff search the proposals of their programmes and keep searches."""

from __future__ import annotations

from typing import Any

from app.core.types import Actor
from app.dashboard.models import SavedSearch
from app.identity import queries as identity
from app.identity.models import Person
from workflows.actors import AUDITOR, MANAGER, OFFICER, STAFF

SELF = frozenset({"self"})
SEARCHERS = frozenset({OFFICER, MANAGER, AUDITOR})

ACTIONS: dict[str, frozenset[str]] = {
    "dashboard.view": SELF,
    "search.run": SEARCHERS,
    "search.keep": SEARCHERS,
    "search.act": STAFF,
    "search.forget": SELF,
}


def relations(actor: Actor, thing: Any) -> frozenset[str]:
    """A person's relation to themselves, with the roles they hold in any programme; and to a search they keep."""
    if actor.person_id is None:
        return frozenset()
    if isinstance(thing, SavedSearch):
        return SELF if thing.person_id == actor.person_id else frozenset()
    if not isinstance(thing, Person) or thing.id != actor.person_id:
        return frozenset()
    roles = identity.programme_roles(thing.id).values()
    return SELF | (frozenset().union(*roles) & SEARCHERS)
