"""What reviewers say of themselves, and what is agreed with them for a call."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date

from app.calls.models import Call
from app.calls.vocabulary import COUNTRIES, MINERALS
from app.core import audit, transitions
from app.core.errors import Conflict, Invalid, NotFound
from app.core.types import Actor
from app.extensions import db
from app.identity import queries as identity_queries
from app.identity.models import PILLARS, Person, Programme
from app.reviews import vocabulary
from app.reviews.models import CallReviewer, ReviewerProfile
from app.reviews.queries import pool
from workflows.actors import REVIEWER
from workflows.machine import N_

MOST_REVIEWS = 200
MOST_LINES = 30
LONGEST_LINE = 200
KNOWN = {"minerals": MINERALS, "countries": COUNTRIES, "languages": frozenset(vocabulary.LANGUAGES)}


@dataclass(frozen=True)
class ProfileFacts:
    """A profile as it is written; ``topics`` and ``methods`` are lines of the reviewer's own words."""

    organisation_id: uuid.UUID | None = None
    employer: str = ""
    pillar: str = ""
    minerals: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    about: str = ""
    capacity: int = 5
    away_from: date | None = None
    away_until: date | None = None


@dataclass(frozen=True)
class Place:
    """What a reviewer takes on in a call; ``standby``: only when others drop out."""

    capacity: int
    minimum: int = 0
    available: bool = True
    standby: bool = False


def save_profile(
    *, programme: Programme, person: Person, facts: ProfileFacts, actor: Actor, expected_version: int | None = None
) -> ReviewerProfile:
    """Write a reviewer's profile; the first time it is made."""
    if REVIEWER not in identity_queries.programme_roles(person.id).get(programme.id, frozenset()):
        raise NotFound()
    _check_profile(person, facts)
    transitions.lock(programme)
    profile = pool.profile_of(programme.id, person.id)
    if profile is not None:
        transitions.lock(profile, expected_version)
    elif expected_version:
        raise Conflict()
    profile = profile or ReviewerProfile(programme_id=programme.id, person_id=person.id)
    for name, value in asdict(facts).items():
        setattr(profile, name, list(value) if isinstance(value, tuple) else value)
    db.session.add(profile)
    db.session.flush()
    audit.record(programme, "reviewer.profile_saved", actor, person_id=str(person.id), person=person.name)
    return profile


def _check_profile(person: Person, facts: ProfileFacts) -> None:
    own = {one.id for one in identity_queries.organisations_of(person.id)}
    if facts.organisation_id is not None and facts.organisation_id not in own:
        raise Invalid(N_("Choose an organisation of this list."), field="organisation")
    if facts.pillar not in ("", *PILLARS):
        raise Invalid(N_("Choose one of the list."), field="pillar")
    for name, known in KNOWN.items():
        if not set(getattr(facts, name)) <= known:
            raise Invalid(N_("Choose only from the list."), field=name)
    for name in ("topics", "methods"):
        lines = getattr(facts, name)
        if len(lines) > MOST_LINES or any(len(line) > LONGEST_LINE for line in lines):
            raise Invalid(
                N_("Write at most %(lines)s lines of at most %(most)s characters."),
                field=name,
                lines=MOST_LINES,
                most=LONGEST_LINE,
            )
    _check_number(facts.capacity, "capacity")
    if facts.away_from and facts.away_until and facts.away_from > facts.away_until:
        raise Invalid(N_("The last day away comes before the first."), field="away_until")


def _check_number(value: int, name: str) -> None:
    if not 0 <= value <= MOST_REVIEWS:
        raise Invalid(N_("Write a number from 0 to %(most)s."), field=name, most=MOST_REVIEWS)


def set_places(*, call: Call, places: Mapping[uuid.UUID, Place], actor: Actor) -> int:
    """Agree with reviewers what they take on in a call; returns for how many something changed.

    Who saves last counts: the table shows what stands, and every change is in the trail.
    """
    transitions.lock(call)
    held = {row.id for row in pool.pool_of_programme(call.programme_id)}
    known = pool.places_in_call(call.id)
    if not set(places) <= held:
        raise NotFound()
    changed = [ident for ident, place in places.items() if _set(call, ident, known.get(ident), place)]
    db.session.flush()
    for ident in changed:
        audit.record(call, "reviewer.place_agreed", actor, person_id=str(ident), **asdict(places[ident]))
    return len(changed)


def _set(call: Call, person_id: uuid.UUID, row: CallReviewer | None, place: Place) -> bool:
    """Whether it was another before."""
    _check_number(place.capacity, f"capacity-{person_id}")
    _check_number(place.minimum, f"minimum-{person_id}")
    if place.minimum > place.capacity:
        raise Invalid(N_("The minimum is more than the most."), field=f"minimum-{person_id}")
    values = asdict(place)
    if row is not None and all(getattr(row, name) == value for name, value in values.items()):
        return False
    row = row or CallReviewer(call_id=call.id, person_id=person_id)
    for name, value in values.items():
        setattr(row, name, value)
    db.session.add(row)
    return True
