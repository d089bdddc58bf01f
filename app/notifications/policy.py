"""Notices belong to the person they were written for; nobody else may list or read them."""

from __future__ import annotations

from typing import Any

from app.core.types import Actor
from app.identity.models import Person
from app.notifications.models import Notification

SELF = "self"

ACTIONS: dict[str, frozenset[str]] = {
    "notification.list": frozenset({SELF}),
    "notification.read": frozenset({SELF}),
}


def relations(actor: Actor, thing: Any) -> frozenset[str]:
    """Whether the notice, or the list, is the person's own."""
    if isinstance(thing, Person):
        mine = thing.id == actor.person_id
    else:
        mine = isinstance(thing, Notification) and thing.person_id == actor.person_id
    return frozenset({SELF}) if mine and actor.person_id is not None else frozenset()
