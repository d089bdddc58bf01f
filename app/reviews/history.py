"""What reviewers did before: how much, how late, and how far from others on the same proposals. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol

FEWEST_COMPARED = 5  # of fewer, a distance would tell what single others said


class Sheet(Protocol):
    """One review; ``total_hundredths`` and ``submitted_at`` stay empty until it is handed in.

    ``settled``: its proposal was passed on to the committee.
    """

    @property
    def proposal_id(self) -> Hashable: ...
    @property
    def reviewer_id(self) -> Any: ...
    @property
    def stepped_back(self) -> bool: ...
    @property
    def delivered(self) -> bool: ...
    @property
    def settled(self) -> bool: ...
    @property
    def due_at(self) -> datetime: ...
    @property
    def submitted_at(self) -> datetime | None: ...
    @property
    def total_hundredths(self) -> int | None: ...


@dataclass(frozen=True)
class Past:
    """``distance``: mean points between the total and the mean of the others, over ``compared`` settled proposals."""

    asked: int = 0
    delivered: int = 0
    late: int = 0
    stepped_back: int = 0
    compared: int = 0
    distance: Decimal | None = None


def pasts(sheets: Iterable[Sheet]) -> dict[Any, Past]:
    """Reviewer → what they did before."""
    rows = list(sheets)
    totals = _totals(rows)
    own: dict[Any, list[Sheet]] = defaultdict(list)
    for row in rows:
        own[row.reviewer_id].append(row)
    return {ident: _past(theirs, totals) for ident, theirs in own.items()}


def _totals(rows: Iterable[Sheet]) -> dict[Hashable, list[tuple[Any, int]]]:
    found: dict[Hashable, list[tuple[Any, int]]] = defaultdict(list)
    for row in rows:
        if row.delivered and row.settled and row.total_hundredths is not None:
            found[row.proposal_id].append((row.reviewer_id, row.total_hundredths))
    return found


def _past(rows: list[Sheet], totals: Mapping[Hashable, list[tuple[Any, int]]]) -> Past:
    delivered = [row for row in rows if row.delivered]
    distances = [distance for row in delivered if (distance := _distance(row, totals)) is not None]
    mean = sum(distances, Decimal()) / len(distances) if len(distances) >= FEWEST_COMPARED else None
    return Past(
        asked=len(rows),
        delivered=len(delivered),
        late=sum(row.submitted_at is not None and row.submitted_at > row.due_at for row in delivered),
        stepped_back=sum(row.stepped_back for row in rows),
        compared=len(distances),
        distance=mean,
    )


def _distance(row: Sheet, totals: Mapping[Hashable, list[tuple[Any, int]]]) -> Decimal | None:
    others = [total for ident, total in totals.get(row.proposal_id, ()) if ident != row.reviewer_id]
    if not others or not row.settled or row.total_hundredths is None:
        return None
    return abs(Decimal(row.total_hundredths) - Decimal(sum(others)) / len(others)) / 100
