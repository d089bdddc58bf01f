"""What administrators do: close accounts, give roles, revive dead letters; and the record of who read the trail."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from app.admin.queries import deliveries, people, reach
from app.core import audit, outbox, transitions
from app.core.errors import Invalid, NotFound
from app.core.types import Actor
from app.extensions import db
from app.identity import queries as identity
from app.identity import services as identity_services
from app.identity.models import Person, Programme, RoleGrant
from workflows.machine import N_


def suspend(*, person: Person, reason: str, actor: Actor) -> None:
    """Close an account. Somebody with a role in another programme is not for this manager alone to shut out."""
    _refuse_when_needed_elsewhere(person, actor)
    identity_services.suspend(person=person, reason=reason, actor=actor)


def unsuspend(*, person: Person, reason: str, actor: Actor) -> None:
    """Open an account again, under the same condition."""
    _refuse_when_needed_elsewhere(person, actor)
    identity_services.unsuspend(person=person, reason=reason, actor=actor)


def _refuse_when_needed_elsewhere(person: Person, actor: Actor) -> None:
    managed = reach.managed_by(actor.person_id) if actor.person_id else frozenset()
    if people.has_role_elsewhere(person.id, managed):
        raise Invalid(N_("This person also holds a role in a programme that you do not manage. Ask its manager."))


def grant_role(*, programme: Programme, email: str, role: str, actor: Actor) -> RoleGrant:
    """Give a role to the person with this address, who must have confirmed it."""
    person = identity.person_by_email(email)
    if person is None or person.email_verified_at is None or person.suspended_at is not None:
        raise Invalid(
            N_("There is no open account with this address. Ask the person to register and to confirm the address."),
            field="email",
        )
    if role in identity.programme_roles(person.id).get(programme.id, frozenset()):
        raise Invalid(N_("%(name)s holds this role already."), field="role", name=person.name)
    return identity_services.grant_role(programme=programme, person=person, role=role, actor=actor)


def revoke_role(*, programme: Programme, grant: RoleGrant, reason: str, actor: Actor) -> None:
    """Take a role of this programme away."""
    person = identity.get_person(grant.person_id)
    if person is None or grant.programme_id != programme.id:
        raise NotFound()
    identity_services.revoke_role(programme=programme, person=person, role=grant.role, actor=actor, reason=reason)


def note_reading(*, programme_ids: Collection[uuid.UUID], actor: Actor, **what: str) -> None:
    """Record in each programme's own chain that somebody read its audit trail, and with which filters."""
    for ident in sorted(programme_ids):
        programme = identity.get_programme(ident)
        if programme is not None:
            transitions.lock(programme)
            audit.record(programme, "audit.read", actor, **{name: value for name, value in what.items() if value})


def try_again(*, kind: str, ident: uuid.UUID, actor: Actor) -> None:
    """Give one dead letter a new start."""
    if not outbox.revive(deliveries.kinds()[kind], ident):
        raise Invalid(N_("This was delivered or tried again already."))
    db.session().info["poke"] = True
    for programme_id in sorted(reach.managed_by(actor.person_id) if actor.person_id else ()):
        programme = identity.get_programme(programme_id)
        if programme is not None:
            transitions.lock(programme)
            audit.record(programme, "delivery.tried_again", actor, kind=kind, id=str(ident))
