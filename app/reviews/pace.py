"""How far a round of reviews is, when it may end and how evenly its work lies: arithmetic on plain rows of reviews."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_CEILING, Decimal
from statistics import median
from typing import Any, Protocol

from workflows.machine import Category
from workflows.reviewer_scoring import ReviewState

PACE_DAYS = 14
FEWEST_FOR_A_PACE = 3
FEWEST_FOR_A_DELAY = 5
DELIVERED = frozenset({ReviewState.SUBMITTED.value, ReviewState.FINAL.value})
STEPPED_BACK = frozenset(s.value for s in ReviewState if s.category in (Category.REFUSED, Category.WITHDRAWN))
OPEN = frozenset(s.value for s in ReviewState if s.category in (Category.WAITING, Category.OPEN))
DAY = timedelta(days=1)


class Sheet(Protocol):
    """One review, as counting sees it; ``assessing`` tells whether its proposal still takes reviews."""

    @property
    def proposal_id(self) -> Any: ...
    @property
    def reviewer_id(self) -> Any: ...
    @property
    def state(self) -> str: ...
    @property
    def due_at(self) -> datetime: ...
    @property
    def submitted_at(self) -> datetime | None: ...
    @property
    def total_hundredths(self) -> int | None: ...
    @property
    def assessing(self) -> bool: ...


@dataclass(frozen=True)
class Tally:
    """Some reviews, counted. ``live`` are all that nobody stepped back from; ``late`` and ``unanswered`` are open ones."""

    live: int = 0
    delivered: int = 0
    open: int = 0
    late: int = 0
    unanswered: int = 0


@dataclass(frozen=True)
class Forecast:
    """When the last open sheet may come. ``pace_days``: how long the open ones take as fast as they came lately.

    ``delay_days`` is the median of how long after its due date a sheet came (before it: negative). What is too little to
    tell is absent; without open sheets there is no ``expected``.
    """

    open: int
    unanswered: int
    recent: int
    last_due: datetime | None = None
    pace_days: int | None = None
    delay_days: int | None = None
    expected: datetime | None = None


@dataclass(frozen=True)
class Fairness:
    """How evenly work lies on those whose capacity is known: load as percent of it.

    ``evenness`` is Jain's index of these loads times 100: 100 when all carry the same share, 100/n when one carries all.
    """

    reviewers: int
    unknown: int
    over: int
    least: int
    middle: int
    most: int
    evenness: int


def is_open(sheet: Sheet) -> bool:
    """Whether it still waits for its reviewer."""
    return sheet.assessing and sheet.state in OPEN


def is_late(sheet: Sheet, now: datetime) -> bool:
    """Whether it still waits for its reviewer after its due date."""
    return is_open(sheet) and sheet.due_at <= now


def tally(sheets: Iterable[Sheet], now: datetime) -> Tally:
    """Count some reviews."""
    live = [s for s in sheets if s.state not in STEPPED_BACK]
    waiting = [s for s in live if is_open(s)]
    return Tally(
        live=len(live),
        delivered=sum(s.state in DELIVERED for s in live),
        open=len(waiting),
        late=sum(s.due_at <= now for s in waiting),
        unanswered=sum(s.state == ReviewState.INVITED.value for s in waiting),
    )


def totals(sheets: Iterable[Sheet]) -> list[Decimal]:
    """The points of those that are in."""
    return [
        Decimal(s.total_hundredths) / 100 for s in sheets if s.state in DELIVERED and s.total_hundredths is not None
    ]


def forecast(sheets: Sequence[Sheet], now: datetime) -> Forecast:
    """The later of what due dates (with the usual delay) and the pace of the last days tell; never before now."""
    waiting = [s for s in sheets if is_open(s)]
    came = [(s.submitted_at, s.due_at) for s in sheets if s.state in DELIVERED and s.submitted_at]
    recent = sum(now - PACE_DAYS * DAY < at <= now for at, _ in came)
    unanswered = sum(s.state == ReviewState.INVITED.value for s in waiting)
    if not waiting:
        return Forecast(0, 0, recent)
    last_due = max(s.due_at for s in waiting)
    pace = _ceil(Decimal(len(waiting) * PACE_DAYS) / recent) if recent >= FEWEST_FOR_A_PACE else None
    late_by = [Decimal((at - due).total_seconds()) / 86400 for at, due in came]
    delay = round(median(late_by)) if len(late_by) >= FEWEST_FOR_A_DELAY else None
    by_due = max(last_due, now) + max(delay or 0, 0) * DAY
    expected = max(by_due, now + pace * DAY) if pace is not None else by_due
    return Forecast(len(waiting), unanswered, recent, last_due, pace, delay, expected)


def fairness(loads: Mapping[Any, int], capacities: Mapping[Any, int]) -> Fairness | None:
    """Load against capacity over everybody who has either; nothing when no capacity is known."""
    people: Collection[Any] = {*loads, *(p for p, capacity in capacities.items() if capacity)}
    known = [(loads.get(p, 0), capacities[p]) for p in people if p in capacities]
    shares = sorted(Decimal(100 * load) / capacity for load, capacity in known if capacity)
    if not shares:
        return None
    squares = sum(share * share for share in shares)
    evenness = sum(shares) ** 2 / (len(shares) * squares) * 100 if squares else Decimal(100)
    return Fairness(
        reviewers=len(shares),
        unknown=len(people) - len(known),
        over=sum(load > capacity for load, capacity in known),
        least=round(shares[0]),
        middle=round(median(shares)),
        most=round(shares[-1]),
        evenness=round(evenness),
    )


def loads(sheets: Iterable[Sheet]) -> Counter[Any]:
    """Reviewer → how many reviews they have, without those they stepped back from."""
    return Counter(s.reviewer_id for s in sheets if s.state not in STEPPED_BACK)


def _ceil(value: Decimal) -> int:
    return int(value.to_integral_value(ROUND_CEILING))
