"""Programmes and the roles that people hold in them."""

from __future__ import annotations

from sqlalchemy import select

from app.core import audit, transitions
from app.core.errors import Invalid
from app.core.types import Actor
from app.extensions import db
from app.identity import queries
from app.identity.models import Person, Programme, RoleGrant
from workflows.actors import MANAGER, PROGRAMME_ROLES
from workflows.machine import N_


def create_programme(*, code: str, name: str, description: str = "", actor: Actor) -> Programme:
    """Found a programme."""
    if queries.programme_by_code(code):
        raise Invalid(N_("There is already a programme with this code."), field="code")
    programme = Programme(code=code, name=name, description=description)
    db.session.add(programme)
    db.session.flush()
    audit.record(programme, "programme.created", actor, code=code)
    return programme


def grant_role(*, programme: Programme, person: Person, role: str, actor: Actor) -> RoleGrant:
    """Give a person a role; they hold it from their next request on. Giving it twice changes nothing."""
    if role not in PROGRAMME_ROLES:
        raise Invalid(N_("There is no such role."), field="role")
    if actor.person_id == person.id:
        raise Invalid(N_("You cannot give yourself a role. Ask another manager."), field="email")
    transitions.lock(programme)
    held = _grant(programme, person, role)
    if held:
        return held
    grant = RoleGrant(programme_id=programme.id, person_id=person.id, role=role, granted_by_id=actor.person_id)
    db.session.add(grant)
    db.session.flush()
    queries.forget_known()
    audit.record(programme, "role.granted", actor, person_id=str(person.id), person=person.name, role=role)
    return grant


def revoke_role(*, programme: Programme, person: Person, role: str, actor: Actor, reason: str = "") -> None:
    """Take a role away, with effect on the very next request. A programme keeps at least one manager."""
    transitions.lock(programme)
    grant = _grant(programme, person, role)
    if grant is None:
        raise Invalid(N_("This person does not hold that role."))
    if role == MANAGER and not [p for p in queries.people_with_role(programme.id, MANAGER) if p.id != person.id]:
        raise Invalid(N_("A programme needs at least one manager. Name another one first."))
    db.session.delete(grant)
    db.session.flush()
    queries.forget_known()
    audit.record(
        programme, "role.revoked", actor, reason=reason.strip(), person_id=str(person.id), person=person.name, role=role
    )


def _grant(programme: Programme, person: Person, role: str) -> RoleGrant | None:
    return db.session.scalar(
        select(RoleGrant).where(
            RoleGrant.programme_id == programme.id, RoleGrant.person_id == person.id, RoleGrant.role == role
        )
    )
