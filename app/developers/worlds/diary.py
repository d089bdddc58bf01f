"""The diary: steps with their instants, played in order with the clock stopped at each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from app.core import clock
from app.core.errors import DomainError
from app.extensions import db


class WorldError(Exception):
    """A step of the world that could not be taken; says which one and why."""


@dataclass(frozen=True)
class Entry:
    """One step."""

    at: datetime
    number: int
    words: str
    step: Callable[[], object]


@dataclass
class Diary:
    """Collects steps; ``play`` takes them. No step lies in the future: what would is taken now, in its order."""

    now: datetime
    entries: list[Entry] = field(default_factory=list)

    def write(self, at: datetime, words: str, step: Callable[[], object]) -> None:
        """Put down a step; of two at one instant the one written first is taken first."""
        self.entries.append(Entry(min(at, self.now), len(self.entries), words, step))

    def play(self, after_each: Callable[[], object] = lambda: None) -> int:
        """Take every step in order of time; returns how many. Raises ``WorldError`` at the first that is refused.

        ``after_each`` is called after every step, at the step's instant. Nothing loaded in one step is known to the
        next, as between two requests.
        """
        for entry in sorted(self.entries, key=lambda e: (e.at, e.number)):
            with clock.frozen(entry.at):
                try:
                    _alone(entry.step)
                    _alone(after_each)
                except DomainError as error:
                    raise WorldError(f"{entry.words} ({entry.at:%Y-%m-%d %H:%M:%S} UTC): {error}") from error
        return len(self.entries)


def _alone(step: Callable[[], object]) -> None:
    step()
    db.session.flush()
    db.session.expunge_all()
