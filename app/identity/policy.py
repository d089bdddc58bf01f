"""Who may do what with accounts, organisations and programmes."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from app.core.types import SYSTEM_ACTOR, Actor
from app.identity import queries
from app.identity.addresses import email_key
from app.identity.models import Invitation, Membership, Organisation, OrganisationDocument, Person, Programme
from workflows.actors import EDITOR, MANAGER, OWNER, SIGNATORY, SYSTEM, VIEWER

SELF = "self"  # the person whose account it is, or whom an invitation is addressed to

ACTIONS: dict[str, frozenset[str]] = {
    "account.view": frozenset({SELF}),
    "account.change": frozenset({SELF}),
    "organisation.list": frozenset({SELF}),
    "organisation.create": frozenset({SELF}),
    "organisation.view": frozenset({OWNER, EDITOR, VIEWER}),
    "organisation.change": frozenset({OWNER, EDITOR}),
    "document.list": frozenset({OWNER, EDITOR, VIEWER}),
    "document.view": frozenset({OWNER, EDITOR, VIEWER}),
    "document.add": frozenset({OWNER, EDITOR}),
    "document.change": frozenset({OWNER, EDITOR}),
    "organisation.manage": frozenset({OWNER}),
    "organisation.leave": frozenset({OWNER, EDITOR, VIEWER}),
    "invitation.accept": frozenset({SELF}),
    "invitation.withdraw": frozenset({OWNER}),
    "role.manage": frozenset({MANAGER}),
}


def relations_of(actor: Actor, thing: Any, of_person: Callable[[Any, Actor], frozenset[str]]) -> frozenset[str]:
    """What every domain says alike: the system is the system, nobody is nothing, and of a person it says it itself."""
    if actor is SYSTEM_ACTOR:
        return frozenset({SYSTEM})
    return of_person(thing, actor) if actor.person_id is not None else frozenset()


def programme_relations(actor: Actor, programme_id: uuid.UUID) -> frozenset[str]:
    """The roles the actor holds in a programme."""
    if actor.person_id is None:
        return frozenset({SYSTEM}) if actor == SYSTEM_ACTOR else frozenset()
    return queries.programme_roles(actor.person_id).get(programme_id, frozenset())


def organisation_relations(actor: Actor, organisation_id: uuid.UUID) -> frozenset[str]:
    """The actor's part in an organisation; its owners also sign for it."""
    if actor.person_id is None:
        return frozenset({SYSTEM}) if actor == SYSTEM_ACTOR else frozenset()
    role = queries.memberships_of(actor.person_id).get(organisation_id)
    if role is None:
        return frozenset()
    return frozenset({role, SIGNATORY} if role == OWNER else {role})


def invitation_relations(actor: Actor, invitation: Invitation) -> frozenset[str]:
    """Members of the inviting organisation, and the person with the invited, confirmed address."""
    held = organisation_relations(actor, invitation.organisation_id)
    person = queries.get_person(actor.person_id)
    if person and person.email_verified_at and email_key(person.email) == invitation.email_key:
        held |= {SELF}
    return held


def relations(actor: Actor, thing: Any) -> frozenset[str]:
    """The relations of the actor to a thing of this domain; unknown things give none."""
    if isinstance(thing, Person):
        return frozenset({SELF}) if actor.person_id == thing.id else frozenset()
    if isinstance(thing, Organisation):
        return organisation_relations(actor, thing.id)
    if isinstance(thing, Membership | OrganisationDocument):
        return organisation_relations(actor, thing.organisation_id)
    if isinstance(thing, Invitation):
        return invitation_relations(actor, thing)
    if isinstance(thing, Programme):
        return programme_relations(actor, thing.id)
    return frozenset()
