"""Who administers: managers of a programme, and for the audit trail its auditors, each within their programmes only."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from app.admin.queries import deliveries, people, reach
from app.core.types import Actor
from app.identity import queries as identity
from app.identity.models import Person
from workflows.actors import AUDITOR, MANAGER

ACTIONS: dict[str, frozenset[str]] = {
    "person.list": frozenset({MANAGER}),
    "person.view": frozenset({MANAGER}),
    "person.suspend": frozenset({MANAGER}),
    "role.list": frozenset({MANAGER}),
    "audit.view": frozenset({MANAGER, AUDITOR}),
    "delivery.list": frozenset({MANAGER}),
    "delivery.retry": frozenset({MANAGER}),
}


@dataclass(frozen=True)
class Administration:
    """The administration as a whole: whoever holds a role in any programme holds it here; lists show their part."""


@dataclass(frozen=True)
class DeadLetter:
    """A piece of work that was given up."""

    kind: str
    id: uuid.UUID


def relations(actor: Actor, thing: Any) -> frozenset[str]:
    """Roles held in any programme (for the lists), or in one the person or dead letter belongs to."""
    if actor.person_id is None:
        return frozenset()
    managed = reach.managed_by(actor.person_id)
    if isinstance(thing, Administration):
        return frozenset().union(*identity.programme_roles(actor.person_id).values())
    if isinstance(thing, Person):
        near = bool(managed) and people.is_connected(thing.id, actor.person_id, managed)
    elif isinstance(thing, DeadLetter):
        near = bool(managed) and bool(deliveries.dead_letter(thing.kind, thing.id, actor.person_id, managed))
    else:
        near = False
    return frozenset({MANAGER}) if near else frozenset()
