"""Everybody has one start page: their own."""

from __future__ import annotations

from typing import Any

from app.core.types import Actor
from app.identity.models import Person

ACTIONS: dict[str, frozenset[str]] = {"dashboard.view": frozenset({"self"})}


def relations(actor: Actor, thing: Any) -> frozenset[str]:
    """A person's relation to themselves."""
    own = isinstance(thing, Person) and actor.person_id is not None and thing.id == actor.person_id
    return frozenset({"self"}) if own else frozenset()
