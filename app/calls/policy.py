"""Who may do what with calls. What a call asks and when is public; running it belongs to its programme's staff."""

from __future__ import annotations

from typing import Any

from app.calls.models import Call, CallStage
from app.core.types import Actor
from app.identity.models import Person, Programme
from app.identity.policy import programme_relations
from workflows.actors import AUDITOR, MANAGER, OFFICER

SELF = "self"

ACTIONS: dict[str, frozenset[str]] = {
    "call.list": frozenset({SELF}),
    "call.manage": frozenset({MANAGER, OFFICER, AUDITOR}),
    "call.change": frozenset({MANAGER, OFFICER}),
    "call.import": frozenset({MANAGER}),
}


def relations(actor: Actor, thing: Any) -> frozenset[str]:
    """The actor's relations to a call (those to its programme), a programme, or the list of one's own calls."""
    if isinstance(thing, Call):
        return programme_relations(actor, thing.programme_id)
    if isinstance(thing, CallStage):
        return programme_relations(actor, thing.call.programme_id)
    if isinstance(thing, Programme):
        return programme_relations(actor, thing.id)
    if isinstance(thing, Person):
        return frozenset({SELF}) if actor.person_id == thing.id else frozenset()
    return frozenset()
