"""Who may do what with calls. What a call asks and when is public; running it belongs to its programme's staff."""

from __future__ import annotations

from typing import Any

from app.calls.models import Call, CallDraft, CallStage, StandardQuestion
from app.core.types import SYSTEM_ACTOR, Actor
from app.identity import queries
from app.identity.models import Person, Programme
from app.identity.policy import programme_relations
from workflows.actors import AUDITOR, MANAGER, OFFICER

ACTIONS: dict[str, frozenset[str]] = {
    "call.list": frozenset({MANAGER, OFFICER, AUDITOR}),
    "call.manage": frozenset({MANAGER, OFFICER, AUDITOR}),
    "call.change": frozenset({MANAGER, OFFICER}),
    "call.change_form": frozenset({MANAGER}),
    "question.ask": frozenset({"self"}),
    "question.answer": frozenset({MANAGER, OFFICER}),
    "call.announce": frozenset({MANAGER, OFFICER}),
    "call.import": frozenset({MANAGER}),
    "form.build": frozenset({MANAGER, OFFICER}),
    "standard.list": frozenset({MANAGER, OFFICER, AUDITOR}),
    "standard.view": frozenset({MANAGER, OFFICER, AUDITOR}),
    "standard.retire": frozenset({MANAGER}),
}


def relations(actor: Actor, thing: Any) -> frozenset[str]:
    """The actor's relations to a call (those to its programme), a programme, or the list of one's own calls."""
    if isinstance(thing, Call | CallDraft):
        return programme_relations(actor, thing.programme_id)
    if isinstance(thing, CallStage):
        return programme_relations(actor, thing.call.programme_id)
    if isinstance(thing, Programme):
        return programme_relations(actor, thing.id)
    if isinstance(thing, StandardQuestion):
        return _of_standard(actor, thing)
    if isinstance(thing, Person):
        return _roles_anywhere(actor) | {"self"} if actor.person_id == thing.id else frozenset()
    return frozenset()


def _of_standard(actor: Actor, standard: StandardQuestion) -> frozenset[str]:
    """The roles in its programme. What every programme may ask, a manager of some of them only reads."""
    if standard.programme_id:
        return programme_relations(actor, standard.programme_id)
    held = _roles_anywhere(actor)
    return held if MANAGER not in held or manages_everything(actor) else held - {MANAGER} | {AUDITOR}


def manages_everything(actor: Actor) -> bool:
    """Whether the actor is a manager of every programme there is, and so may decide for all of them."""
    if actor.person_id is None:
        return actor == SYSTEM_ACTOR
    managed = queries.programmes_with_role(actor.person_id, MANAGER)
    return bool(managed) and all(programme.id in managed for programme in queries.list_programmes())


def _roles_anywhere(actor: Actor) -> frozenset[str]:
    """Every role the person holds in any programme: who has one has a list of calls."""
    held = queries.programme_roles(actor.person_id) if actor.person_id else {}
    return frozenset[str]().union(*held.values())
