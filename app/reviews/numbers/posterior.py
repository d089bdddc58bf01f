"""The Bayesian model of Heyard, Ott, Salanti & Egger (2022), Gaussian once the three spreads are given.

``vote = middle + theta_i + nu_j + beta_s + e``; with one vote of a person on a proposal their interaction cannot be told from
the error, so that r² = s² + tl². The spreads are integrated over evenly spaced nodes around their mode.
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappop, heappush
from typing import Any

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve
from scipy.optimize import minimize
from scipy.sparse import coo_array, csr_array, hstack, issparse

from app.reviews.numbers.votes import Ballot, Floats

ROOT2 = np.sqrt(2.0)
# Shares of the bound. Without an error there would be no density where votes are exact sums.
LEAST_SPREADS = (1e-6, 1e-3, 1e-6)
MOST_NODES = 4000
DENSE = 20_000


@dataclass(frozen=True)
class Scale:
    """``bound``: the most that a spread may be; ``severity``: how much reviewers are expected to differ in kindness (sd)."""

    bound: float
    severity: float

    @classmethod
    def of(cls, lowest: float, highest: float) -> Scale:
        """Of a scale: as published for 1–6 (2, 0.5) and 1–9 (3, 1); any other in proportion to 1–6, by its width.

        A total of 0–100 has 40 and 10; where the lowest score is 1 of 5, totals are 20–100 wide: 32 and 8.
        """
        if (lowest, highest) == (1, 9):
            return cls(3.0, 1.0)
        return cls(0.4 * (highest - lowest), 0.1 * (highest - lowest))


@dataclass(frozen=True)
class Given:
    """The posterior when the spreads are given: theta = ``mean`` + ``slope`` v + sqrt(``own``) z, v ~ N(0, A⁻¹)."""

    log_density: float
    mean: Floats
    own: Floats
    slope: Floats
    factor: Floats


@dataclass(frozen=True)
class Model:
    """The parts of the model that the spreads do not change."""

    scale: Scale
    votes: int
    counts: Floats
    sums: Floats
    squares: float
    design: Any
    inner: Any
    right: Floats
    assessors: int
    sections: int

    @classmethod
    def of(cls, votes: Ballot, scale: Scale, by_section: bool) -> Model:
        """Votes around the mean of the proposals' means; section effects where there are two sections or more."""
        y = votes.y - votes.means().mean()
        sections = len(votes.sections) if by_section and len(votes.sections) > 1 else 0
        rows = np.arange(len(y))
        ones = np.ones(len(y))
        parts = [coo_array((ones, (rows, votes.j)), shape=(len(y), len(votes.reviewers)))]
        if sections:
            parts.append(coo_array((ones, (rows, votes.s)), shape=(len(y), sections)))
        x = csr_array(hstack(parts))
        z = csr_array(coo_array((ones, (rows, votes.i)), shape=(len(y), len(votes.proposals))))
        sums = np.bincount(votes.i, y, minlength=len(votes.proposals)).astype(np.float64)
        inner = (x.T @ x).toarray()
        return cls(
            scale,
            len(y),
            votes.counts(),
            sums,
            float(y @ y),
            (z.T @ x).toarray() if z.shape[1] * x.shape[1] <= DENSE else csr_array(z.T @ x),
            inner,
            x.T @ y,
            len(votes.reviewers),
            sections,
        )

    def spreads(self, place: Floats) -> Floats:
        """Points of the whole space → (tp, r, tb), each between almost nothing and its bound."""
        most = np.array([1.0, ROOT2, 1.0])[: len(place)] * self.scale.bound
        least = np.array(LEAST_SPREADS[: len(place)]) * self.scale.bound
        # Beyond 40 the share is 1 within the precision of the machine.
        found: Floats = least + (most - least) / (1 + np.exp(-np.clip(place, -40, 40)))
        return found

    def given(self, spreads: Floats) -> Given:
        """The Gaussian posterior for (tp, r[, tb]), with the log of likelihood × prior."""
        tp2, r2 = spreads[0] ** 2, spreads[1] ** 2
        precision = np.full(self.assessors + self.sections, self.scale.severity**-2)
        precision[self.assessors :] = spreads[2] ** -2 if self.sections else 0.0
        own = 1 / (self.counts / r2 + 1 / tp2)
        weighted = self.design * (own / r2)[:, None]
        taken = self.design.T @ weighted
        a = self.inner / r2 + np.diag(precision) - _dense(taken) / r2
        b = self.right / r2 - (weighted.T @ self.sums) / r2
        factor = cho_factor(a, lower=True)
        v = cho_solve(factor, b)
        fit = self.squares / r2 - float((own * self.sums**2).sum()) / r2**2 - float(b @ v)
        size = np.log(own).sum() + np.log(precision).sum() - 2 * np.log(np.diag(factor[0])).sum()
        volume = self.votes * np.log(r2) + len(self.counts) * np.log(tp2)
        density = 0.5 * float(size - volume - fit) + _log_prior(float(spreads[1]), self.scale.bound)
        return Given(density, own / r2 * (self.sums - self.design @ v), own, _dense(weighted), np.tril(factor[0]))

    def log_target(self, place: Floats) -> float:
        """The density over the whole space, with the volume of the mapping."""
        try:
            density = self.given(self.spreads(place)).log_density
        except LinAlgError:
            return -np.inf
        volume = -np.abs(place) - 2 * np.log1p(np.exp(-np.abs(place)))
        return density + float(volume.sum())


def _dense(matrix: Any) -> Floats:
    found: Floats = matrix.toarray() if issparse(matrix) else matrix
    return found


def _log_prior(r: float, bound: float) -> float:
    """Of r = hypot(s, tl) when both are uniform up to the bound."""
    if r <= bound:
        return float(np.log(r * np.pi / 2))
    if r >= bound * ROOT2:
        return -np.inf
    return float(np.log(r * (np.arcsin(bound / r) - np.arccos(bound / r)) + 1e-300))


@dataclass(frozen=True)
class Nodes:
    """Spreads with their weights, whose sum is 1."""

    spreads: Floats
    weights: Floats


def nodes(model: Model, step: float, depth: float) -> Nodes:
    """Evenly spaced nodes over all places whose log density is less than ``depth`` below the mode's, ``step`` sd apart.

    For a smooth density that falls to nothing on every side this rule converges exponentially: a step of 1 is exact to
    0.005 of a rank, where as many Sobol points are 0.04 off. Centre and shape are rounded, so that what the last bits of a
    linear algebra library say moves no node.
    """
    centre, shape = _around_mode(model, 3 if model.sections else 2)
    shape = shape * step
    found = {(0,) * len(centre): model.log_target(centre)}
    best, edge = next(iter(found.values())), [(0.0, place) for place in found]
    start = best
    while edge and len(found) < MOST_NODES:
        low, place = heappop(edge)
        if start - low < best - depth:
            break
        for near in _neighbours(place):
            if near not in found:
                found[near] = model.log_target(centre + shape @ np.array(near, dtype=np.float64))
                best = max(best, found[near])
                heappush(edge, (start - found[near], near))
    kept = sorted(place for place, log in found.items() if log >= best - depth)
    weights = np.exp(np.array([found[place] for place in kept]) - best)
    places = centre + np.array(kept, dtype=np.float64) @ shape.T
    return Nodes(np.array([model.spreads(place) for place in places]), weights / weights.sum())


def _neighbours(place: tuple[int, ...]) -> list[tuple[int, ...]]:
    return [(*place[:axis], place[axis] + by, *place[axis + 1 :]) for axis in range(len(place)) for by in (-1, 1)]


def _around_mode(model: Model, dimensions: int) -> tuple[Floats, Floats]:
    """The mode, and a root of the inverse curvature there."""
    start = np.full(dimensions, -1.0)
    found = minimize(
        lambda p: -model.log_target(p), start, method="Nelder-Mead", options={"xatol": 1e-3, "fatol": 1e-4}
    )
    mode = np.round(np.clip(found.x, -12, 12), 2)
    step, size = 0.2, range(dimensions)
    unit = np.eye(dimensions) * step
    target = model.log_target
    curvature = np.array(
        [
            [
                target(mode + unit[a] + unit[b])
                - target(mode + unit[a] - unit[b])
                - target(mode - unit[a] + unit[b])
                + target(mode - unit[a] - unit[b])
                for b in size
            ]
            for a in size
        ]
    )
    inverse = np.asarray(np.linalg.inv(_positive(-curvature / (4 * step**2))), dtype=np.float64)
    return mode, _root(inverse)


def _positive(matrix: Floats) -> Floats:
    """The nearest matrix that is curved enough in every direction."""
    values, vectors = np.linalg.eigh(np.nan_to_num((matrix + matrix.T) / 2))
    found: Floats = (vectors * np.clip(values, 0.05, 1e8)) @ vectors.T
    return found


def _root(covariance: Floats) -> Floats:
    return np.round(np.linalg.cholesky(covariance), 3) + 1e-3 * np.eye(len(covariance))
