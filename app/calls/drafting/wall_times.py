"""What instants a wall time stands for in a zone: one, none when the clocks skip it, two when they go back. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.calls.document.dates import WALL
from app.calls.drafting import paths
from app.calls.drafting.pages.known import stages_of
from app.calls.strict import Flaw
from workflows.machine import N_

UNTIL = "process.questions_until"
SKIPPED = N_("%(time)s does not exist in %(zone)s: the clocks go from %(before)s to %(after)s. Choose another time.")
TWICE = N_("%(time)s happens twice in %(zone)s: at %(first)s and at %(second)s (UTC). Choose another time.")


def instants(wall: datetime, zone_name: str) -> tuple[datetime, ...]:
    """Every instant at which a clock in the zone shows this time."""
    zone = ZoneInfo(zone_name)
    both = [wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)]
    true = [instant for instant in both if instant.astimezone(zone).replace(tzinfo=None) == wall]
    return tuple(sorted(set(true)))


def gap(wall: datetime, zone_name: str) -> tuple[str, str]:
    """Where the clocks jump over a time that does not exist: from what they show to what they show."""
    zone = ZoneInfo(zone_name)
    before, after = (wall.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    assert before is not None and after is not None
    late, early = sorted((wall - before, wall - after), reverse=True)
    while late - early > timedelta(minutes=1):
        middle = early + (late - early) / 2
        still = middle.replace(tzinfo=UTC).astimezone(zone).utcoffset() == before
        early, late = (middle, late) if still else (early, middle)
    return _shown(late + before), _shown(late + after)


def _shown(wall: datetime) -> str:
    """To the minute, rounded up: the halving above stops within a minute of the jump."""
    return wall.replace(second=0, microsecond=0).strftime(WALL)


def clock_flaws(document: Mapping[str, Any]) -> Iterator[Flaw]:
    """Dates of the call that its zone skips or has twice, each with its place and both instants."""
    zone = document.get("timezone")
    for path, told in _times(document):
        wall = read_wall(told, zone)
        if wall is not None:
            yield from _flaws_of(path, wall, str(zone))


def _times(document: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    """Every wall time of a call with its place."""
    for number, stage in enumerate(stages_of(document)):
        for name in ("opens", "closes", "answer_by"):
            yield f"stages[{number}].{name}", stage.get(name)
    yield UNTIL, paths.get(document, UNTIL)


def _flaws_of(path: str, wall: datetime, zone: str) -> Iterator[Flaw]:
    found = instants(wall, zone)
    values: dict[str, object] = {"time": wall.strftime(WALL), "zone": zone}
    if not found:
        before, after = gap(wall, zone)
        yield Flaw(path, SKIPPED, {**values, "before": before, "after": after})
    elif len(found) > 1:
        first, second = (instant.strftime("%H:%M") for instant in found)
        yield Flaw(path, TWICE, {**values, "first": first, "second": second})


def read_wall(text: object, zone_name: object) -> datetime | None:
    """The wall time, when it is one and the zone is known."""
    try:
        ZoneInfo(str(zone_name))
        return datetime.strptime(str(text), WALL)  # noqa: DTZ007 - a wall time has no zone of its own
    except (ValueError, OSError, ZoneInfoNotFoundError):
        return None
