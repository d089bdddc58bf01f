"""Sorting what was found: tasks of the reader, and what the reader's own things wait for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from flask_babel import gettext

from app.dashboard.present.tasks import Deadline, Task, Wait, days_since
from app.dashboard.turns import TURNS
from workflows.actors import APPLICANTS, GRANTEE
from workflows.machine import State

OWN = APPLICANTS | {GRANTEE}
NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Found:
    """One thing in one state with the reader's relations to it; ``key`` says in ``TURNS`` whose move it is.

    ``barred``: the reader holds the role, but must leave it to another person. ``waits_for`` overrides the table's word.
    """

    key: tuple[str, str]
    relations: frozenset[str]
    about: str
    note: str
    href: str
    since: datetime
    state: State
    deadline: Deadline | None = None
    due: datetime | None = None
    barred: bool = False
    waits_for: str = ""


def sort_out(found: Iterable[Found], now: datetime) -> tuple[tuple[Task, ...], tuple[Wait, ...]]:
    """Tasks are what the reader may move; waits are the reader's own things that somebody else must move."""
    tasks: list[Task] = []
    waits: list[Wait] = []
    for thing in found:
        if TURNS[thing.key].holders & thing.relations and not thing.waits_for:
            if not thing.barred:
                tasks.append(_task(thing, now))
        elif thing.relations & OWN:
            waits.append(_wait(thing, now))
    return tuple(tasks), tuple(sorted(waits, key=lambda w: (-w.days, w.about)))


def _task(thing: Found, now: datetime) -> Task:
    turn = TURNS[thing.key]
    return Task(
        turn.group,
        gettext(turn.verb),
        thing.about,
        thing.note,
        thing.href,
        days_since(thing.since, now),
        thing.deadline,
        (thing.due or NEVER, thing.since),
    )


def _wait(thing: Found, now: datetime) -> Wait:
    return Wait(
        thing.about,
        thing.note,
        thing.href,
        gettext(thing.state.public_label),
        thing.state.category.value,
        gettext(thing.waits_for or TURNS[thing.key].waits_for),
        days_since(thing.since, now),
    )
