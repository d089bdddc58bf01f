"""People, organisations, programmes and roles for tests."""

from __future__ import annotations

import itertools
from typing import Any

from app.core.types import SYSTEM_ACTOR, Actor
from app.extensions import db
from app.identity import services
from app.identity.models import Membership, Organisation, Person, Programme, RoleGrant

PASSWORD = "a quiet river in the hills"  # noqa: S105 - test data
_number = itertools.count(1)


def make_person(**over: Any) -> Person:
    """A person with a confirmed address and the password ``PASSWORD``."""
    n = next(_number)
    values = {"email": f"person{n}@example.org", "name": f"Person {n}", "password": PASSWORD, **over}
    suspended_at = values.pop("suspended_at", None)
    person = services.create_person(**values)
    person.suspended_at = suspended_at
    db.session.flush()
    return person


def actor_of(person: Person) -> Actor:
    """The person as the one who acts."""
    return services.as_actor(person)


def make_organisation(*, owner: Person | None = None, **over: Any) -> Organisation:
    """An organisation; ``owner`` becomes its owner."""
    values: dict[str, Any] = {
        "name": f"Cooperative {next(_number)}",
        "country": "TZ",
        "kind": "cooperative_asm",
        "pillar": "civil_society",
        "registration_number": "TZ-COOP-117",
        **over,
    }
    return services.create_organisation(actor=actor_of(owner) if owner else SYSTEM_ACTOR, **values)


def make_member(organisation: Organisation, role: str = "editor", person: Person | None = None) -> Person:
    """A person who is a member of the organisation."""
    person = person or make_person()
    services.add_member(organisation=organisation, person=person, role=role, actor=SYSTEM_ACTOR)
    return person


def make_membership(organisation: Organisation, role: str = "editor", person: Person | None = None) -> Membership:
    """The membership itself."""
    return services.add_member(organisation=organisation, person=person or make_person(), role=role, actor=SYSTEM_ACTOR)


def make_programme(**over: Any) -> Programme:
    """A funding programme."""
    n = next(_number)
    return services.create_programme(**{"code": f"PROG{n}", "name": f"Programme {n}", "actor": SYSTEM_ACTOR, **over})


def make_staff(programme: Programme, *roles: str, person: Person | None = None) -> Person:
    """A person who holds these roles in the programme."""
    person = person or make_person()
    for role in roles:
        make_grant(programme, person, role)
    return person


def make_grant(programme: Programme, person: Person, role: str) -> RoleGrant:
    """A role held."""
    return services.grant_role(programme=programme, person=person, role=role, actor=SYSTEM_ACTOR)
