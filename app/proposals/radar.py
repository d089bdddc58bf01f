"""How far drafts have come, and how many proposals there will be in the end. Counts only. Pure.

The forecast says: of what was begun in an earlier call by the same time before its closing, this share was submitted in the end,
later beginners included. The middle of these shares, times what is begun now, is the forecast; the least and the greatest are
its range. Never fewer than are submitted already. Without two earlier calls to compare with, the range goes from what is
submitted to all that is begun, and the middle counts the drafts that are at least half complete.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import median

from workflows.machine import N_

BANDS = (N_("less than a quarter"), N_("a quarter"), N_("half"), N_("three quarters"), N_("complete"))
LEAST_BEGUN, LEAST_CALLS = 5, 2


@dataclass(frozen=True)
class Past:
    """An earlier stage: what was begun by the same time before its closing, and what was submitted in the end."""

    begun: int
    submitted: int


@dataclass(frozen=True)
class Forecast:
    """The number of proposals expected, its range, and how many earlier calls it rests on."""

    low: int
    middle: int
    high: int
    calls: int


def band_of(asked: int, missing: int) -> int:
    """Which band a draft belongs to: quarters of the questions that it has answered well."""
    return (asked - missing) * 4 // asked if asked else 0


def count_bands(drafts: Iterable[tuple[int, int]]) -> list[int]:
    """How many drafts lie in each band, of (questions asked, questions missing) for each."""
    counts = [0] * len(BANDS)
    for asked, missing in drafts:
        counts[band_of(asked, missing)] += 1
    return counts


def forecast(*, begun: int, submitted: int, bands: Sequence[int], past: Iterable[Past]) -> Forecast:
    """How many proposals there will be."""
    shares = sorted(Fraction(p.submitted, p.begun) for p in past if p.begun >= LEAST_BEGUN)
    if len(shares) < LEAST_CALLS:
        return Forecast(submitted, min(begun, submitted + sum(bands[2:])), begun, 0)
    low, middle, high = (max(submitted, round(begun * share)) for share in (shares[0], median(shares), shares[-1]))
    return Forecast(low, middle, high, len(shares))
