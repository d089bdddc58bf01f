"""Who may do what in the mine-site registry. The page of one site belongs to ``projects``, which knows the links."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.core.types import Actor
from app.identity import queries as identity
from app.mines.models import MineSite
from workflows.actors import STAFF

SELF = "self"  # anybody with a confirmed address: to what is open to all of them, each is no more than themself
ACTIONS: dict[str, frozenset[str]] = {
    "mine_site.list": frozenset({SELF}),
    "mine_site.register": STAFF,
}


@dataclass(frozen=True)
class Registry:
    """The registry of mine sites as a whole: coarse data, open to everybody whose address is confirmed."""


REGISTRY = Registry()


def relations(actor: Actor, thing: Any) -> frozenset[str]:
    """The roles this person holds in any programme, for the registry and every site in it."""
    person = identity.get_person(actor.person_id) if isinstance(thing, Registry | MineSite) else None
    if person is None or person.email_verified_at is None:
        return frozenset()
    roles = identity.programme_roles(person.id).values()
    return frozenset({SELF}).union(*roles)
