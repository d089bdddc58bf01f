"""People whom one's programmes have to do with."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import Select, func, or_, select

from app.admin.queries.reach import applying_organisations, connected_people
from app.extensions import db
from app.identity.models import Membership, Organisation, Person, Programme, RoleGrant


def list_people(
    person_id: uuid.UUID, programme_ids: Collection[uuid.UUID], *, words: str = "", only: str = ""
) -> Select[tuple[Person]]:
    """Connected people whose name or address contains the words, by name; ``only`` is ``suspended`` or ``staff``."""
    query = select(Person).where(connected_people(person_id, programme_ids))
    if words:
        wanted = words.lower()
        query = query.where(
            or_(
                func.lower(Person.name).contains(wanted, autoescape=True),
                func.lower(Person.email).contains(wanted, autoescape=True),
            )
        )
    if only == "suspended":
        query = query.where(Person.suspended_at.is_not(None))
    if only == "staff":
        holders = select(RoleGrant.person_id).where(RoleGrant.programme_id.in_(programme_ids))
        query = query.where(Person.id.in_(holders))
    return query.order_by(Person.name, Person.id)


def is_connected(ident: uuid.UUID, person_id: uuid.UUID, programme_ids: Collection[uuid.UUID]) -> bool:
    """Whether one's programmes have to do with this person."""
    query = select(Person.id).where(Person.id == ident, connected_people(person_id, programme_ids))
    return db.session.scalar(query) is not None


def roles_of(
    people: Collection[uuid.UUID], programme_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, list[tuple[str, str]]]:
    """Person → ``(programme code, role)`` pairs within the given programmes."""
    rows = db.session.execute(
        select(RoleGrant.person_id, Programme.code, RoleGrant.role)
        .join(Programme, Programme.id == RoleGrant.programme_id)
        .where(RoleGrant.person_id.in_(people), RoleGrant.programme_id.in_(programme_ids))
        .order_by(Programme.code, RoleGrant.role)
    )
    found: dict[uuid.UUID, list[tuple[str, str]]] = defaultdict(list)
    for row in rows:
        found[row.person_id].append((row.code, row.role))
    return found


def organisations_of(
    people: Collection[uuid.UUID], person_id: uuid.UUID, programme_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, list[str]]:
    """Person → names of their organisations, of those that apply to the given programmes."""
    rows = db.session.execute(
        select(Membership.person_id, Organisation.name)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(
            Membership.person_id.in_(people),
            Organisation.id.in_(applying_organisations(person_id, programme_ids)),
        )
        .order_by(Organisation.name)
    )
    found: dict[uuid.UUID, list[str]] = defaultdict(list)
    for row in rows:
        found[row.person_id].append(row.name)
    return found


def has_role_elsewhere(ident: uuid.UUID, programme_ids: Collection[uuid.UUID]) -> bool:
    """Whether the person holds a role in a programme other than these."""
    query = select(RoleGrant.id).where(RoleGrant.person_id == ident, RoleGrant.programme_id.not_in(programme_ids))
    return db.session.scalar(query.limit(1)) is not None
