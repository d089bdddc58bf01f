"""Organisations and their members."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from app.core import audit, transitions
from app.core.errors import Conflict, Invalid, NotFound
from app.core.types import Actor
from app.extensions import db
from app.identity import queries
from app.identity.models import MEMBER_ROLES, FormerMembership, Membership, Organisation, Person
from workflows.actors import OWNER
from workflows.machine import N_

PROFILE = ("name", "country", "kind", "pillar", "registration_number", "no_registration_reason", "website")

SPEAKS_FOR = {
    "company": "supply_chain",
    "industry_association": "supply_chain",
    "cooperative_asm": "supply_chain",
    "public_body": "government",
    "semi_public_body": "government",
    "ngo_international": "civil_society",
    "ngo_national": "civil_society",
    "knowledge_institution": "civil_society",
}


def name_organisation(*, actor: Actor, name: str, country: str, kind: str) -> Organisation:
    """Register an organisation by the least that is needed; its members complete the profile before they submit."""
    return create_organisation(actor=actor, name=name, country=country, kind=kind, pillar=SPEAKS_FOR[kind])


def create_organisation(
    *,
    actor: Actor,
    name: str,
    country: str,
    kind: str,
    pillar: str,
    registration_number: str = "",
    no_registration_reason: str = "",
    website: str = "",
) -> Organisation:
    """Register an organisation; the person who does so becomes its owner (the system, for seeds, does not)."""
    organisation = Organisation(
        name=name.strip(),
        country=country.upper(),
        kind=kind,
        pillar=pillar,
        registration_number=registration_number.strip(),
        no_registration_reason=no_registration_reason.strip(),
        website=website.strip(),
    )
    db.session.add(organisation)
    db.session.flush()
    audit.record(organisation, "organisation.created", actor)
    if actor.person_id is not None:
        _join(organisation, queries.get_person(actor.person_id), OWNER, actor)
    return organisation


def change_organisation(
    *, organisation: Organisation, actor: Actor, expected_version: int | None, **profile: Any
) -> Organisation:
    """Change the profile of an organisation; values not named stay."""
    transitions.lock(organisation, expected_version)
    changed = {k: v for k, v in profile.items() if k in PROFILE and getattr(organisation, k) != v}
    for column, value in changed.items():
        setattr(organisation, column, value)
    if changed:
        db.session.flush()
        audit.record(organisation, "organisation.changed", actor, fields=sorted(changed))
    return organisation


def add_member(*, organisation: Organisation, person: Person, role: str, actor: Actor) -> Membership:
    """Make a person a member outright (seeds); people join by accepting an invitation."""
    transitions.lock(organisation)
    return _join(organisation, person, role, actor)


def _join(organisation: Organisation, person: Person | None, role: str, actor: Actor) -> Membership:
    """Write a membership, or return the one there is."""
    if person is None or role not in MEMBER_ROLES:
        raise Invalid(N_("There is no such role."), field="role")
    held = _membership(organisation, person)
    if held:
        return held
    membership = Membership(organisation_id=organisation.id, person_id=person.id, role=role)
    db.session.add(membership)
    db.session.flush()
    queries.forget_known()
    audit.record(
        organisation, "organisation.member_joined", actor, person_id=str(person.id), person=person.name, role=role
    )
    return membership


def _membership(organisation: Organisation, person: Person) -> Membership | None:
    return db.session.scalar(
        select(Membership).where(Membership.organisation_id == organisation.id, Membership.person_id == person.id)
    )


def change_member_role(*, membership: Membership, role: str, actor: Actor) -> Membership:
    """Give a member another role, with effect on their very next request."""
    organisation = _lock_organisation_of(membership)
    if role not in MEMBER_ROLES:
        raise Invalid(N_("There is no such role."), field="role")
    if role == membership.role:
        return membership
    _keep_an_owner(membership)
    before, membership.role = membership.role, role
    db.session.flush()
    queries.forget_known()
    audit.record(
        organisation,
        "organisation.member_role_changed",
        actor,
        person_id=str(membership.person_id),
        role_before=before,
        role=role,
    )
    return membership


def remove_member(*, membership: Membership, actor: Actor) -> None:
    """End a membership (somebody's, or one's own): rights end with the very next request."""
    organisation = _lock_organisation_of(membership)
    _keep_an_owner(membership)
    own = membership.person_id == actor.person_id
    db.session.delete(membership)
    _remember(membership)
    db.session.flush()
    queries.forget_known()
    audit.record(
        organisation,
        "organisation.member_left" if own else "organisation.member_removed",
        actor,
        person_id=str(membership.person_id),
        role=membership.role,
    )


def _remember(ended: Membership) -> None:
    """Keep that the person was a member, once however often they come and go."""
    known = select(FormerMembership.id).where(
        FormerMembership.organisation_id == ended.organisation_id, FormerMembership.person_id == ended.person_id
    )
    if db.session.scalar(known) is None:
        db.session.add(FormerMembership(organisation_id=ended.organisation_id, person_id=ended.person_id))


def _lock_organisation_of(membership: Membership) -> Organisation:
    """Lock the organisation first, so that two owners cannot remove each other at one moment."""
    organisation = queries.get_organisation(membership.organisation_id)
    if organisation is None:
        raise NotFound()
    transitions.lock(organisation)
    if queries.get_membership(membership.id) is None:
        raise Conflict()
    return organisation


def _keep_an_owner(membership: Membership) -> None:
    owners = queries.members_of(membership.organisation_id, OWNER)
    if membership.role == OWNER and len(owners) == 1:
        raise Invalid(N_("An organisation needs at least one owner. Make another member owner first."))
