"""For whom the people of a programme work, as far as the records tell."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select

from app.extensions import db
from app.identity.models import Membership, Organisation, Person, RoleGrant
from app.reviews.models import ReviewerProfile


@dataclass(frozen=True)
class Worker:
    """A person with a role in a programme: the address, and the names of the organisations they work for."""

    person_id: uuid.UUID
    email: str
    organisations: tuple[str, ...]


def workers_of(programme_id: uuid.UUID, ids: Collection[uuid.UUID] | None = None) -> list[Worker]:
    """Everybody (or of these people, those) with a role in the programme, by id; three queries for any number."""
    holders = select(RoleGrant.person_id).where(RoleGrant.programme_id == programme_id)
    people = select(Person.id, Person.email).where(Person.id.in_(holders)).order_by(Person.id)
    people = people if ids is None else people.where(Person.id.in_(ids))
    found = {row.id: row.email for row in db.session.execute(people)}
    names: dict[uuid.UUID, set[str]] = defaultdict(set)
    for person_id, name in _names(found) if found else ():
        names[person_id].add(name)
    return [Worker(ident, email, tuple(sorted(names[ident]))) for ident, email in found.items()]


def _names(ids: Collection[uuid.UUID]) -> list[tuple[uuid.UUID, str]]:
    member = (
        select(Membership.person_id, Organisation.name)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(Membership.person_id.in_(ids))
    )
    profile = (
        select(ReviewerProfile.person_id, Organisation.name, ReviewerProfile.employer)
        .outerjoin(Organisation, Organisation.id == ReviewerProfile.organisation_id)
        .where(ReviewerProfile.person_id.in_(ids))
    )
    rows = [(row[0], row[1]) for row in db.session.execute(member)]
    for person_id, organisation, employer in db.session.execute(profile):
        rows += [(person_id, name) for name in (organisation, employer) if name and name.strip()]
    return rows


def people_working_for(organisation_ids: Collection[uuid.UUID]) -> list[uuid.UUID]:
    """Ids of the members of some organisations, and of the reviewers who say that they work there."""
    members = select(Membership.person_id).where(Membership.organisation_id.in_(organisation_ids))
    profiles = select(ReviewerProfile.person_id).where(ReviewerProfile.organisation_id.in_(organisation_ids))
    return sorted({*db.session.scalars(members), *db.session.scalars(profiles)}) if organisation_ids else []
