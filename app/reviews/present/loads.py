"""The reviews of a call by reviewer: what each has to do, what of it is late, and what they can take on."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext

from app.calls.models import Call
from app.core import clock
from app.reviews import pace
from app.reviews.present.pacing import fairness_words
from app.reviews.present.parts import title_of
from app.web.filters import instant
from app.web.pagination import page_number
from workflows.machine import N_

PER_PAGE = 50
SHOWS = {
    "late": N_("With overdue reviews"),
    "unanswered": N_("With invitations not answered"),
    "open": N_("With reviews still to come"),
    "over": N_("With more than they can take on"),
    "free": N_("Who can take on more"),
}
SORTS = {
    "name": N_("Name"),
    "late": N_("Most overdue first"),
    "open": N_("Most still to come first"),
    "load": N_("Highest load first"),
}


@dataclass(frozen=True)
class AskedPeople:
    """What the address asks for."""

    q: str = ""
    show: str = ""
    sort: str = ""

    @classmethod
    def read(cls, fields: Mapping[str, str]) -> AskedPeople:
        """Unknown words count as nothing asked."""
        show, sort = fields.get("show", ""), fields.get("sort", "")
        return cls(fields.get("q", "")[:100], show if show in SHOWS else "", sort if sort in SORTS else "")


@dataclass(frozen=True)
class PersonRow:
    """One reviewer; ``share`` is the load as percent of the capacity, empty when nobody said what they can take on."""

    name: str
    href: str
    delivered: int
    live: int
    open: int
    late: int
    unanswered: int
    capacity: str
    share: str
    over: bool
    nudged: str


@dataclass(frozen=True)
class PeopleView:
    """A page of reviewers."""

    call_id: str
    title: str
    rows: tuple[PersonRow, ...]
    fairness: str
    shows: tuple[tuple[str, str], ...]
    sorts: tuple[tuple[str, str], ...]
    chosen: AskedPeople
    late: int
    label: str
    prev_url: str
    next_url: str


@dataclass(frozen=True)
class _Person:
    """A reviewer with what is counted of their reviews."""

    name: str
    tally: pace.Tally
    capacity: int | None
    nudged: datetime | None

    @property
    def share(self) -> int:
        """Percent of the capacity; without any, a load counts as boundless."""
        if self.capacity:
            return round(100 * self.tally.live / self.capacity)
        return 10**6 if self.capacity == 0 and self.tally.live else 0


GROUPS: dict[str, Callable[[_Person], bool]] = {
    "": lambda one: True,
    "late": lambda one: one.tally.late > 0,
    "unanswered": lambda one: one.tally.unanswered > 0,
    "open": lambda one: one.tally.open > 0,
    "over": lambda one: one.share > 100,
    "free": lambda one: one.capacity is not None and one.tally.live < one.capacity,
}
ORDERS: dict[str, Callable[[_Person], int]] = {
    "late": lambda one: -one.tally.late,
    "open": lambda one: -one.tally.open,
    "load": lambda one: -one.share,
}


def people_view(
    call: Call,
    proposals: Sequence[Any],
    reviews: Sequence[Any],
    capacities: Mapping[uuid.UUID, int],
    nudges: Mapping[uuid.UUID, datetime],
    asked: AskedPeople,
) -> PeopleView:
    """Everybody who was asked about a proposal of ``proposals``; what they do for others is not counted."""
    seen = {p.id for p in proposals}
    shown = [r for r in reviews if r.proposal_id in seen]
    people = _people(shown, capacities, nudges, clock.now())
    found = _found(people, asked)
    number = min(page_number(), max(1, -(-len(found) // PER_PAGE)))
    page = found[(number - 1) * PER_PAGE : number * PER_PAGE]
    at = _addresses(call, asked)
    return PeopleView(
        call_id=str(call.id),
        title=title_of(call.title),
        rows=tuple(_row(one, call) for one in page),
        fairness=fairness_words(pace.fairness(pace.loads(shown), capacities)),
        shows=tuple((key, gettext(label)) for key, label in SHOWS.items()),
        sorts=tuple((key, gettext(label)) for key, label in SORTS.items()),
        chosen=asked,
        late=sum(one.tally.late > 0 for one in people),
        label=gettext("Page %(page)s, %(total)s reviewers", page=number, total=len(found)),
        prev_url=at(page=number - 1) if number > 1 else "",
        next_url=at(page=number + 1) if number * PER_PAGE < len(found) else "",
    )


def _addresses(call: Call, asked: AskedPeople) -> Callable[..., str]:
    def at(**changes: Any) -> str:
        values = {"q": asked.q, "show": asked.show, "sort": asked.sort, **changes}
        return url_for("reviews.reviewers_of_call", call_id=call.id, **{k: v for k, v in values.items() if v})

    return at


def _people(
    reviews: Sequence[Any], capacities: Mapping[uuid.UUID, int], nudges: Mapping[uuid.UUID, datetime], now: datetime
) -> list[_Person]:
    own: dict[uuid.UUID, list[Any]] = defaultdict(list)
    for review in reviews:
        own[review.reviewer_id].append(review)
    return [
        _Person(theirs[0].name, pace.tally(theirs, now), capacities.get(ident), nudges.get(ident))
        for ident, theirs in own.items()
    ]


def _found(people: Sequence[_Person], asked: AskedPeople) -> list[_Person]:
    words = asked.q.strip().casefold()
    found = [one for one in people if GROUPS[asked.show](one) and words in one.name.casefold()]
    return sorted(found, key=ORDERS[asked.sort]) if asked.sort in ORDERS else found


def _row(one: _Person, call: Call) -> PersonRow:
    known = one.capacity is not None
    return PersonRow(
        name=one.name,
        href=url_for("reviews.of_call", call_id=call.id, q=one.name, view="list"),
        delivered=one.tally.delivered,
        live=one.tally.live,
        open=one.tally.open,
        late=one.tally.late,
        unanswered=one.tally.unanswered,
        capacity=str(one.capacity) if known else "",
        share=f"{one.share} %" if one.capacity else "",
        over=one.share > 100,
        nudged=instant(one.nudged, call.zone) if one.nudged else "",
    )
