"""How far reviewers agree: intraclass correlation (Shrout & Fleiss 1979) and Krippendorff's alpha (2011).

What a table cannot tell is None, never a number that is not one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from app.reviews.numbers.votes import Floats

Level = Literal["nominal", "ordinal", "interval", "ratio"]
Row = Sequence[float | None]
CHUNK = 512


@dataclass(frozen=True)
class MeanSquares:
    """The analysis of variance of a complete table of targets × judges."""

    between: float
    within: float
    judges: float
    error: float


@dataclass(frozen=True)
class Icc:
    """The six forms: one judge (``…1``) and the mean of all k judges (``…k``); None where the table cannot tell."""

    squares: MeanSquares
    targets: int
    judges: int
    one_way_1: float | None
    two_way_1: float | None
    fixed_1: float | None
    one_way_k: float | None
    two_way_k: float | None
    fixed_k: float | None


def icc(table: Sequence[Sequence[float]]) -> Icc | None:
    """All six coefficients of a complete table, one row for each target; None with fewer than 2 targets or 2 judges.

    Raises ``ValueError`` when rows differ in length.
    """
    if len({len(row) for row in table}) > 1:
        raise ValueError("the table is not complete")
    x = np.array(table, dtype=np.float64)
    if x.ndim < 2 or min(x.shape) < 2:
        return None
    n, k = x.shape
    b, w, j, e = _squares(x)
    return Icc(
        MeanSquares(b, w, j, e),
        n,
        k,
        one_way_1=_ratio(b - w, b + (k - 1) * w),
        two_way_1=_ratio(b - e, b + (k - 1) * e + k * (j - e) / n),
        fixed_1=_ratio(b - e, b + (k - 1) * e),
        one_way_k=_ratio(b - w, b),
        two_way_k=_ratio(b - e, b + (j - e) / n),
        fixed_k=_ratio(b - e, b),
    )


def _squares(x: Floats) -> tuple[float, float, float, float]:
    """Mean squares between targets, within targets, between judges, and of what is left."""
    n, k = x.shape
    x = x - x.mean()
    rows, columns = x.mean(axis=1), x.mean(axis=0)
    left = x - rows[:, None] - columns[None, :]
    tiny = 1e-24 * max(1.0, float((x**2).sum()))
    sums = [k * (rows**2).sum(), ((x - rows[:, None]) ** 2).sum(), n * (columns**2).sum(), (left**2).sum()]
    degrees = (n - 1, n * (k - 1), k - 1, (n - 1) * (k - 1))
    b, w, j, e = (0.0 if s < tiny else float(s) / d for s, d in zip(sums, degrees, strict=True))
    return b, w, j, e


def _ratio(above: float, below: float) -> float | None:
    return above / below if below > 0 else None


def icc_of_components(proposal: float, reviewer: float, error: float, k: float, fixed: bool = False) -> float | None:
    """ICC of the mean of ``k`` reviewers from variances (two-way random; ``fixed``: reviewers' severity is left out).

    For tables with missing votes; with a complete one and no negative estimate it is the same as ``icc``.
    """
    if k <= 0:
        return None
    return _ratio(proposal, proposal + (error if fixed else reviewer + error) / k)


def alpha(rows: Sequence[Row], level: Level) -> float | None:
    """Krippendorff's alpha; one row for each observer, one column for each unit, None for a missing value.

    None when no unit has two values, when all values that can be compared are equal, or for negative ratios.
    """
    x = np.array([[np.nan if v is None else v for v in row] for row in rows], dtype=np.float64)
    if x.ndim < 2:
        return None
    present = ~np.isnan(x)
    x, present = x[:, present.sum(axis=0) >= 2], present[:, present.sum(axis=0) >= 2]
    values, codes = np.unique(x[present], return_inverse=True)
    if len(values) < 2 or (level == "ratio" and values[0] < 0):
        return None
    counts = np.bincount(codes).astype(np.float64)
    total = counts.sum()
    places = _places(values, counts, level)
    expected = _between(places, counts, places, counts, level) / (total * (total - 1))
    coded = np.full(x.shape, -1)
    coded[present] = codes
    observed = sum(_within(places, column[column >= 0], level) for column in coded.T) / total
    return float(1 - observed / expected)


def _places(values: Floats, counts: Floats, level: Level) -> Floats:
    """Where each value stands on its axis; for an ordinal one at the middle of its share of all values."""
    if level == "nominal":
        return np.arange(len(values), dtype=np.float64)
    return np.cumsum(counts) - counts / 2 if level == "ordinal" else values


def _within(places: Floats, codes: Floats, level: Level) -> float:
    """Disagreement inside one unit, each value counted once."""
    own = places[codes.astype(np.int64)]
    ones = np.ones(len(own))
    return _between(own, ones, own, ones, level) / (len(own) - 1)


def _between(a: Floats, a_counts: Floats, b: Floats, b_counts: Floats, level: Level) -> float:
    """Sum of the squared differences of all pairs."""
    found = 0.0
    for start in range(0, len(a), CHUNK):
        part = slice(start, start + CHUNK)
        gaps = np.abs(a[part, None] - b[None, :])
        if level == "nominal":
            gaps = (gaps > 0).astype(np.float64)
        elif level == "ratio":
            both = a[part, None] + b[None, :]
            gaps = np.divide(gaps, both, out=np.zeros_like(gaps), where=both > 0)
        found += float(a_counts[part] @ (gaps**2) @ b_counts)
    return found
