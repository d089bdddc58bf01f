"""Moments as a world file writes them: days from today, the edge of a stage, or a date. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
STEP = re.compile(r"([+-])\s*(\d{1,6})\s*([smhdw])")
EDGE = re.compile(r"(?P<stage>[a-z][a-z0-9_]*)\.(?P<edge>opens|closes)(?P<steps>(\s*[+-]\s*\d{1,6}\s*[smhdw])*)")
DAYS = re.compile(r"(?P<days>[+-]?\d{1,5})d?(\s+(?P<clock>\d{1,2}:\d{2}(:\d{2})?))?")
WORKING_HOUR = time(9, 30)
FORMS = "-12, “-12d 15:30”, “full_proposal.closes + 1s”, “2026-03-01” or “2026-03-01 15:30”"


class NoMoment(ValueError):
    """A text that names no moment."""


@dataclass(frozen=True)
class Window:
    """When a stage opens and closes."""

    opens: datetime
    closes: datetime


@dataclass(frozen=True)
class Calendar:
    """What a moment is counted from: the instant of loading, and the windows of one call's stages."""

    now: datetime
    windows: Mapping[str, Window] = field(default_factory=dict)

    def instant(self, text: str | int) -> datetime:
        """The instant (UTC) that a moment names; raises ``NoMoment`` with a sentence."""
        written = str(text).strip()
        for read in (self._edge, self._days, self._date):
            found = read(written)
            if found is not None:
                return found
        raise NoMoment(f"“{written}” is no moment; write it like {FORMS}")

    def day(self, text: str | int) -> date:
        """The day that a moment names."""
        return self.instant(text).date()

    def _edge(self, text: str) -> datetime | None:
        match = EDGE.fullmatch(text)
        if match is None:
            return None
        window = self.windows.get(match["stage"])
        if window is None:
            raise NoMoment(f"the call has no stage “{match['stage']}”; it has {', '.join(self.windows) or 'none'}")
        return (window.opens if match["edge"] == "opens" else window.closes) + _sum(match["steps"])

    def _days(self, text: str) -> datetime | None:
        match = DAYS.fullmatch(text)
        if match is None:
            return None
        clock = _clock(match["clock"]) if match["clock"] else WORKING_HOUR
        return datetime.combine(self.now.date() + timedelta(days=int(match["days"])), clock, UTC)

    def _date(self, text: str) -> datetime | None:
        day, _, clock = text.partition(" ")
        try:
            at = _clock(clock) if clock else WORKING_HOUR
            return datetime.combine(date.fromisoformat(day), at, UTC)
        except ValueError:
            return None


def _sum(steps: str) -> timedelta:
    """The sum of steps like ``+ 2d - 1s``."""
    total = timedelta()
    for sign, number, unit in STEP.findall(steps):
        size = timedelta(**{UNITS[unit]: int(number)})
        total += size if sign == "+" else -size
    return total


def _clock(text: str) -> time:
    try:
        return time.fromisoformat(text.zfill(5) if text.count(":") == 1 else text.zfill(8))
    except ValueError as error:
        raise NoMoment(f"“{text}” is no time of day") from error
