"""Tasks and waits as the template sees them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_timedelta
from flask_babel import get_locale, gettext

from app.dashboard.turns import GROUPS
from app.web.filters import day, instant

SHOWN = 6
LAST_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Deadline:
    """A date to keep, for the macro ``deadline``."""

    when_text: str
    zone: str
    iso: str
    countdown: str | None
    now_iso: str
    late: bool


@dataclass(frozen=True)
class Task:
    """Something the reader can do now: what, about which record, for how many days it has been theirs."""

    group: str
    verb: str
    about: str
    note: str
    href: str
    days: int
    deadline: Deadline | None
    order: tuple[datetime, datetime]


@dataclass(frozen=True)
class Wait:
    """Something of the reader's that somebody else must move."""

    about: str
    note: str
    href: str
    state: str
    category: str
    who: str
    days: int


@dataclass(frozen=True)
class Group:
    """Tasks of one kind; ``more`` counts those not shown."""

    id: str
    title: str
    count: int
    tasks: tuple[Task, ...]
    more: tuple[Task, ...]


def grouped(tasks: Iterable[Task]) -> tuple[Group, ...]:
    """Tasks by heading, in the order of a proposal's life; the nearest deadline first, then the longest wait."""
    found: dict[str, list[Task]] = {}
    for task in sorted(tasks, key=lambda t: t.order):
        found.setdefault(task.group, []).append(task)
    return tuple(
        Group(key, gettext(title), len(found[key]), tuple(found[key][:SHOWN]), tuple(found[key][SHOWN:]))
        for key, title in GROUPS.items()
        if key in found
    )


def days_since(since: datetime, now: datetime) -> int:
    return max(0, (now - since).days)


def deadline(when: datetime, zone: str, now: datetime) -> Deadline:
    """A closing instant in its zone, counted down in its last week and after it has passed."""
    left = when - now
    near = abs(left) <= LAST_WEEK or left < timedelta(0)
    return Deadline(
        instant(when, zone),
        zone,
        when.isoformat(),
        format_timedelta(left, add_direction=True, locale=str(get_locale() or "en")) if near else None,
        now.isoformat(),
        left < timedelta(0),
    )


def due_day(due: date, zone: str, now: datetime) -> Deadline:
    """A day by whose end something is due, in the zone of its call."""
    local = ZoneInfo(zone)
    end = datetime.combine(due + timedelta(days=1), time(0), local).astimezone(UTC)
    left = (due - now.astimezone(local).date()).days
    text = format_timedelta(
        timedelta(days=left), granularity="day", add_direction=True, locale=str(get_locale() or "en")
    )
    return Deadline(
        day(due),
        zone,
        due.isoformat(),
        (gettext("today") if left == 0 else text) if left <= LAST_WEEK.days else None,
        now.isoformat(),
        end <= now,
    )
