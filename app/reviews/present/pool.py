"""The reviewers of a programme as its staff sees them, and the table of a call."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext

from app.calls.models import Call
from app.calls.present import country_options, mineral_names
from app.core import clock
from app.identity.models import Programme
from app.identity.present import PILLAR_LABELS
from app.reviews.forms.pool import language_name
from app.reviews.history import Past
from app.reviews.models import CallReviewer, ReviewerProfile
from app.reviews.present.history import agreement_badge
from app.reviews.present.parts import Badge, points
from app.reviews.services.pool import Place
from app.web.filters import day
from app.web.pagination import page_number
from workflows.machine import N_

PER_PAGE = 50
SHOWS = {
    "here": N_("Who is here and has room"),
    "away": N_("Who is away"),
    "full": N_("Who has as much as they can do"),
    "silent": N_("Who has no profile"),
    "unsigned": N_("Who did not sign the agreement"),
}


@dataclass(frozen=True)
class AskedPool:
    """What the address asks for."""

    q: str = ""
    mineral: str = ""
    country: str = ""
    language: str = ""
    show: str = ""

    @classmethod
    def read(cls, fields: Mapping[str, str]) -> AskedPool:
        """Unknown words count as nothing asked."""
        show = fields.get("show", "")
        words = {name: fields.get(name, "")[:100] for name in ("q", "mineral", "country", "language")}
        return cls(**words, show=show if show in SHOWS else "")


@dataclass(frozen=True)
class PoolRow:
    """One reviewer; ``load`` is what waits for them of what they can do in a call."""

    name: str
    href: str
    works_for: str
    pillar: str
    knows: str
    languages: str
    load: str
    state: Badge
    agreement: Badge
    past: str
    distance: str


@dataclass(frozen=True)
class PoolView:
    """A page of the pool."""

    programme: str
    programme_id: str
    rows: tuple[PoolRow, ...]
    chosen: AskedPool
    minerals: tuple[tuple[str, str], ...]
    countries: tuple[tuple[str, str], ...]
    languages: tuple[tuple[str, str], ...]
    shows: tuple[tuple[str, str], ...]
    label: str
    prev_url: str
    next_url: str
    filtered: bool


@dataclass(frozen=True)
class _One:
    """A reviewer with what is counted of them."""

    id: uuid.UUID
    name: str
    profile: ReviewerProfile | None
    organisation: str
    in_hand: int
    past: Past
    agreed: bool | None

    def away(self, today: date) -> bool:
        return is_away(self.profile, today)

    @property
    def full(self) -> bool:
        return self.profile is not None and self.in_hand >= self.profile.capacity

    @property
    def words(self) -> str:
        """What the search looks in."""
        p = self.profile
        told = (p.employer, p.about, *p.topics, *p.methods) if p else ()
        return " ".join((self.name, self.organisation, *told)).casefold()

    def has(self, name: str, code: str) -> bool:
        return not code or (self.profile is not None and code in getattr(self.profile, name))


def is_away(profile: ReviewerProfile | None, today: date) -> bool:
    """Whether a reviewer has no time today; without a last day until they say otherwise."""
    if profile is None or (profile.away_from is None and profile.away_until is None):
        return False
    return (profile.away_from or date.min) <= today <= (profile.away_until or date.max)


def pool_view(
    programme: Programme,
    rows: Sequence[Any],
    loads: Mapping[uuid.UUID, int],
    known: Mapping[uuid.UUID, Past],
    signed: Collection[uuid.UUID] | None,
    asked: AskedPool,
) -> PoolView:
    """The page of the pool that the address asks for; ``signed``: who agreed to the wording, unless the reader must not know."""
    people = [_one(row, loads, known, signed) for row in rows]
    found = _found(people, asked, clock.now().date())
    number = min(page_number(), max(1, -(-len(found) // PER_PAGE)))
    page = found[(number - 1) * PER_PAGE : number * PER_PAGE]

    def at(number: int) -> str:
        values = {**vars(asked), "page": number}
        return url_for("reviews.pool", programme_id=programme.id, **{k: v for k, v in values.items() if v})

    return PoolView(
        programme=programme.name,
        programme_id=str(programme.id),
        rows=tuple(_row(programme, one) for one in page),
        chosen=asked,
        minerals=_used(people, "minerals", lambda code: mineral_names([code])[0]),
        countries=_used(people, "countries", dict(country_options()).get),
        languages=_used(people, "languages", language_name),
        shows=tuple((key, gettext(label)) for key, label in SHOWS.items()),
        label=gettext("Page %(page)s, %(total)s reviewers", page=number, total=len(found)),
        prev_url=at(number - 1) if number > 1 else "",
        next_url=at(number + 1) if number * PER_PAGE < len(found) else "",
        filtered=any(vars(asked).values()),
    )


def _one(
    row: Any, loads: Mapping[uuid.UUID, int], known: Mapping[uuid.UUID, Past], signed: Collection[uuid.UUID] | None
) -> _One:
    load, past = loads.get(row.id, 0), known.get(row.id, Past())
    agreed = None if signed is None else row.id in signed
    return _One(row.id, row.name, row.ReviewerProfile, row.organisation or "", load, past, agreed)


def _used(people: Iterable[_One], name: str, label: Any) -> tuple[tuple[str, str], ...]:
    """The codes that some profile names, with their words, by words."""
    codes = {code for one in people if one.profile for code in getattr(one.profile, name)}
    return tuple(sorted(((code, str(label(code) or code)) for code in codes), key=lambda pair: pair[1]))


def _found(people: Iterable[_One], asked: AskedPool, today: date) -> list[_One]:
    groups = {
        "": lambda one: True,
        "here": lambda one: one.profile is not None and not one.away(today) and not one.full,
        "away": lambda one: one.away(today),
        "full": lambda one: one.full,
        "silent": lambda one: one.profile is None,
        "unsigned": lambda one: one.agreed is False,
    }
    words = asked.q.strip().casefold()
    return [
        one
        for one in people
        if groups[asked.show](one)
        and words in one.words
        and one.has("minerals", asked.mineral)
        and one.has("countries", asked.country)
        and one.has("languages", asked.language)
    ]


def _row(programme: Programme, one: _One) -> PoolRow:
    p = one.profile
    names = dict(country_options())
    return PoolRow(
        name=one.name,
        href=url_for("reviews.profile", programme_id=programme.id, person_id=one.id),
        works_for=one.organisation or (p.employer if p else ""),
        pillar=gettext(PILLAR_LABELS[p.pillar]) if p and p.pillar else "",
        knows=", ".join([*mineral_names(p.minerals), *(names.get(c, c) for c in p.countries)]) if p else "",
        languages=", ".join(language_name(code) for code in p.languages) if p else "",
        load=f"{one.in_hand} / {p.capacity}" if p else str(one.in_hand),
        state=state_of(p, one.full),
        agreement=agreement_badge(one.agreed),
        past=f"{one.past.delivered} / {one.past.asked}" + (f" ({one.past.late})" if one.past.late else ""),
        distance=points(one.past.distance),
    )


def state_of(profile: ReviewerProfile | None, full: bool) -> Badge:
    """Whether somebody can be asked now."""
    if profile is None:
        return Badge(gettext("No profile"), "waiting")
    if is_away(profile, clock.now().date()):
        until = profile.away_until
        return Badge(gettext("Away until %(day)s", day=day(until)) if until else gettext("Away"), "withdrawn")
    return Badge(gettext("Has enough"), "review") if full else Badge(gettext("Has room"), "done")


@dataclass(frozen=True)
class PlaceRow:
    """One reviewer in the table of a call."""

    id: str
    name: str
    href: str
    state: Badge
    capacity: str
    minimum: str
    available: bool
    standby: bool
    agreed: bool
    load: int
    errors: Mapping[str, str] = field(default_factory=dict)


def place_rows(
    call: Call,
    people: Sequence[Any],
    places: Mapping[uuid.UUID, CallReviewer],
    loads: Mapping[uuid.UUID, tuple[int, int | None]],
    typed: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
) -> tuple[PlaceRow, ...]:
    """The table of a call; ``typed`` is what was posted and not kept."""
    return tuple(
        _place_row(call, person, places.get(person.id), loads.get(person.id, (0, None))[0], typed, problems or {})
        for person in people
    )


def _place_row(
    call: Call,
    person: Any,
    place: CallReviewer | None,
    load: int,
    typed: Mapping[str, str] | None,
    problems: Mapping[str, str],
) -> PlaceRow:
    profile, ident = person.ReviewerProfile, str(person.id)
    now = place or Place(profile.capacity if profile else 0, available=not is_away(profile, clock.now().date()))
    again = typed is not None and f"capacity-{ident}" in typed
    said = typed if typed is not None and again else {}
    return PlaceRow(
        id=ident,
        name=person.name,
        href=url_for("reviews.profile", programme_id=call.programme_id, person_id=person.id),
        state=state_of(profile, False),
        capacity=said.get(f"capacity-{ident}", str(now.capacity)),
        minimum=said.get(f"minimum-{ident}", str(now.minimum)),
        available=f"available-{ident}" in said if again else now.available,
        standby=f"standby-{ident}" in said if again else now.standby,
        agreed=place is not None,
        load=load,
        errors={name: problems[f"{name}-{ident}"] for name in ("capacity", "minimum") if f"{name}-{ident}" in problems},
    )
