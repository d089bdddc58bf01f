"""Which reviewers are kinder or stricter, and what proposals are worth without that: REML and BLUP.

``vote = mean + proposal + reviewer + error`` with crossed random effects, fitted as lme4 does (profiled REML deviance over
the ratios of standard deviations); proposals are eliminated first, so that only a reviewers × reviewers Cholesky remains.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.optimize import minimize
from scipy.sparse import issparse

from app.reviews.numbers.votes import Ballot, Floats, Ints

LARGEST_RATIO = 1e3
SMALL_RATIO = 1e-3
START = 1.0
DENSE = 20_000


@dataclass(frozen=True)
class Severity:
    """Variances and effects. ``adjusted`` is the mean of a proposal without its reviewers' severity, drawn to the mean of all.

    ``effects`` are points above (kinder) or below (stricter) what others give. ``islands`` above 1: groups without a common
    reviewer, between which only the assumption that groups are alike compares.
    """

    mean: float
    proposal_variance: float
    reviewer_variance: float
    error_variance: float
    raw: Mapping[str, float]
    adjusted: Mapping[str, float]
    effects: Mapping[str, float]
    islands: int


@dataclass(frozen=True)
class _Fit:
    deviance: float
    error: float
    mean: float
    proposals: Floats
    reviewers: Floats


def severity(votes: Ballot) -> Severity | None:
    """The fit, or None when the votes cannot tell proposals, reviewers and chance apart.

    That needs two proposals, two reviewers, and more votes than either.
    """
    n, m, count = len(votes.proposals), len(votes.reviewers), len(votes.y)
    if n < 2 or m < 2 or count <= max(n, m):
        return None
    middle = float(votes.y.mean())
    y = votes.y - middle
    if np.abs(y).max() < 1e-9 * max(1.0, abs(middle)):
        fit, ratios = _Fit(0.0, 0.0, 0.0, np.zeros(n), np.zeros(m)), np.zeros(2)
    else:
        parts = _Parts.of(votes, y)
        ratios = _best(parts)
        fit = _fitted(parts, ratios)
    return Severity(
        mean=middle + fit.mean,
        proposal_variance=fit.error * float(ratios[0]) ** 2,
        reviewer_variance=fit.error * float(ratios[1]) ** 2,
        error_variance=fit.error,
        raw=_named(votes.proposals, votes.means()),
        adjusted=_named(votes.proposals, middle + fit.mean + fit.proposals),
        effects=_named(votes.reviewers, fit.reviewers),
        islands=votes.islands(),
    )


def _named(names: tuple[str, ...], values: Floats) -> dict[str, float]:
    return dict(zip(names, (round(float(v), 6) for v in values), strict=True))


@dataclass(frozen=True)
class _Parts:
    """What the ratios do not change; ``y`` are the votes around their mean."""

    y: Floats
    i: Ints
    j: Ints
    counts: Floats
    own: Floats
    cross: Any
    sums: Floats
    given: Floats

    @classmethod
    def of(cls, votes: Ballot, y: Floats) -> _Parts:
        n, m, cross = len(votes.proposals), len(votes.reviewers), votes.crossings()
        own = np.bincount(votes.j, minlength=m).astype(np.float64)
        sums = np.bincount(votes.i, y, minlength=n).astype(np.float64)
        given = np.bincount(votes.j, y, minlength=m).astype(np.float64)
        cross = cross.toarray() if n * m <= DENSE else cross
        return cls(y, votes.i, votes.j, votes.counts(), own, cross, sums, given)


def _best(parts: _Parts) -> Floats:
    """The ratios of the standard deviations of proposals and reviewers to the error's with the least deviance."""

    def deviance(ratios: Floats) -> float:
        return _fitted(parts, ratios).deviance

    options = {"xatol": 1e-9, "fatol": 1e-11, "maxiter": 1000}
    limits = [(0.0, LARGEST_RATIO)] * 2
    found = minimize(deviance, np.array([START, START]), method="Nelder-Mead", bounds=limits, options=options)
    again = minimize(
        deviance, np.minimum(found.x * 1.01, LARGEST_RATIO), method="Nelder-Mead", bounds=limits, options=options
    )
    best: Floats = again.x if again.fun < found.fun else found.x
    for place in range(2):
        zeroed = best.copy()
        zeroed[place] = 0.0
        if best[place] < SMALL_RATIO and deviance(zeroed) <= deviance(best) + 1e-9:
            best = zeroed
    return best


def _fitted(parts: _Parts, ratios: Floats) -> _Fit:
    """Solve the mixed model equations for the given ratios (spherical effects), with the profiled REML deviance."""
    a, b = float(ratios[0]), float(ratios[1])
    y, counts, cross, own = parts.y, parts.counts, parts.cross, parts.own
    sums, given, total = parts.sums, parts.given, len(parts.y)
    diagonal = a * a * counts + 1
    scaled = cross * (1 / diagonal)[:, None]
    both = cross.T @ scaled
    inner = np.diag(b * b * own + 1) - (a * b) ** 2 * (both.toarray() if issparse(both) else both)
    factor = cho_factor(inner, lower=True)
    border = b * own - a * a * b * (scaled.T @ counts)
    right = b * given - a * a * b * (scaled.T @ sums)
    corner = total - a * a * float((counts**2 / diagonal).sum())
    corner_right = float(y.sum()) - a * a * float((counts * sums / diagonal).sum())
    solved_border, solved_right = cho_solve(factor, border), cho_solve(factor, right)
    schur = corner - float(border @ solved_border)
    mean = (corner_right - float(border @ solved_right)) / max(schur, 1e-300)
    reviewers = solved_right - mean * solved_border
    proposals = a * (sums - mean * counts - b * (cross @ reviewers)) / diagonal
    left = y - mean - a * proposals[parts.i] - b * reviewers[parts.j]
    penalised = float(left @ left + proposals @ proposals + reviewers @ reviewers)
    determinants = float(np.log(diagonal).sum() + 2 * np.log(np.diag(factor[0])).sum()) + np.log(max(schur, 1e-300))
    degrees = total - 1
    deviance = determinants + degrees * (1 + np.log(2 * np.pi * max(penalised, 1e-300) / degrees))
    return _Fit(deviance, penalised / degrees, mean, a * proposals, b * reviewers)
