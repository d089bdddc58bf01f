"""Expected ranks with credible intervals, and the group around the funding line in which chance may decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.linalg import solve_triangular
from scipy.special import ndtr

from app.reviews.numbers.posterior import Given, Model, Nodes, Scale, nodes
from app.reviews.numbers.votes import Ballot, Floats, Ints

# Up to so many proposals: distance of the nodes, and how deep they reach.
FINENESS = ((60, 0.7, 11.0), (800, 1.0, 8.0))
COARSE = (1.2, 7.0)
LEAST_DRAWS, MOST_DRAWS = 20_000, 200_000
DRAWN = 3_000_000


@dataclass(frozen=True)
class Expected:
    """One proposal: ``rank`` expected, ``pcer`` the percentage (0 best), ``sucra`` (1 best), intervals of the rank.

    ``reach[k - 1]`` is the chance to be among the best k.
    """

    proposal: str
    raw: float
    rank: float
    pcer: float
    sucra: float
    low50: int
    high50: int
    low90: int
    high90: int
    reach: tuple[float, ...] = ()


@dataclass(frozen=True)
class Expectation:
    """All proposals, the best first; from so many nodes and independent draws."""

    standings: tuple[Expected, ...]
    nodes: int
    draws: int


def expected_ranks(
    votes: Ballot, scale: Scale, *, by_section: bool = False, seed: int = 1, draws: int = 0
) -> Expectation | None:
    """Expected ranks of all proposals with a vote; None with fewer than two. Same votes and seed: same bits.

    ``draws`` of the intervals: without a number as many as their size allows.
    Nobody's order in the list matters, and proposals with the same votes of the same people stand exactly level.
    """
    n = len(votes.proposals)
    if n < 2:
        return None
    draws = draws or min(max(DRAWN // n, LEAST_DRAWS), MOST_DRAWS)
    model = Model.of(votes, scale, by_section)
    step, depth = next((fine for most, *fine in FINENESS if n <= most), COARSE)
    integral = nodes(model, max(step, 1.0) if model.sections else step, depth)
    twins = _twins(votes, by_section)
    shares = _drawn(model, integral, np.random.default_rng(seed), draws)
    ranks = _level(_ranks(model, integral), twins)
    sums = np.cumsum(_level(shares, twins), axis=1)
    means = votes.means()
    found = [_expected(votes.proposals[i], float(means[i]), round(float(ranks[i]), 9), sums[i]) for i in range(n)]
    standings = tuple(sorted(found, key=lambda one: (one.rank, one.proposal)))
    return Expectation(standings, len(integral.weights), draws)


def _expected(proposal: str, raw: float, rank: float, sums: Floats) -> Expected:
    n = len(sums)
    low50, high50, low90, high90 = (int(np.searchsorted(sums, q - 1e-12)) + 1 for q in (0.25, 0.75, 0.05, 0.95))
    return Expected(
        proposal,
        raw,
        rank,
        100 * (rank - 0.5) / n,
        (n - rank) / (n - 1),
        low50,
        min(high50, n),
        low90,
        min(high90, n),
        tuple(round(float(x), 6) for x in sums),
    )


def _twins(votes: Ballot, by_section: bool) -> Ints:
    """A number for each proposal; those whose votes add up to the same, of the same people, have the same one.

    The sum is all that the model takes from a proposal's votes: their posteriors are the same but for their places.
    """
    people: list[list[int]] = [[] for _ in votes.proposals]
    sections = [-1] * len(people)
    for i, j, s in zip(votes.i, votes.j, votes.s, strict=True):
        people[i].append(int(j))
        sections[i] = int(s) if by_section else -1
    known: dict[object, int] = {}
    keys = zip(sections, map(tuple, people), np.round(votes.sums(), 9).tolist(), strict=True)
    return np.array([known.setdefault(key, len(known)) for key in keys], dtype=np.int64)


def _level(values: Floats, twins: Ints) -> Floats:
    """Give twins the mean of what they have."""
    size = np.bincount(twins).astype(np.float64)
    pooled = np.zeros((len(size), *values.shape[1:]))
    np.add.at(pooled, twins, values)
    level: Floats = (pooled.T / size).T[twins]
    return level


def _ranks(model: Model, integral: Nodes) -> Floats:
    """1 + the sum over all others of the chance that they are better."""
    n = len(model.counts)
    found = np.zeros(n)
    for spreads, weight in zip(integral.spreads, integral.weights, strict=True):
        if weight < 1e-9:
            continue
        given = model.given(spreads)
        half = solve_triangular(given.factor, given.slope.T, lower=True)
        shared = half.T @ half
        spread = np.diag(shared) + given.own
        gaps = np.sqrt(np.maximum(spread[:, None] + spread[None, :] - 2 * shared, 1e-300))
        better = ndtr((given.mean[None, :] - given.mean[:, None]) / gaps)
        found += weight * (better.sum(axis=1) - 0.5)
    ranks: Floats = 1 + found / integral.weights[integral.weights >= 1e-9].sum()
    return ranks


def _drawn(model: Model, integral: Nodes, generator: np.random.Generator, draws: int) -> Floats:
    """proposals × ranks: the share of independent draws in which a proposal has that rank."""
    n = len(model.counts)
    edges = np.round(np.cumsum(integral.weights) * draws).astype(np.int64)
    takes = np.diff(np.concatenate([[0], edges]))
    counts = np.zeros(n * n, dtype=np.int64)
    for spreads, take in zip(integral.spreads, takes, strict=True):
        if take:
            order = np.argsort(-_thetas(model.given(spreads), int(take), generator), axis=1, kind="stable")
            counts += np.bincount((order * n + np.arange(n)).ravel(), minlength=n * n)
    shares: Floats = counts.reshape(n, n) / counts.sum() * n
    return shares


def _thetas(given: Given, take: int, generator: np.random.Generator) -> Floats:
    """``take`` independent draws of every proposal's worth."""
    shared = solve_triangular(given.factor, generator.standard_normal((len(given.factor), take)), lower=True, trans=1)
    own = generator.standard_normal((take, len(given.mean))) * np.sqrt(given.own)
    thetas: Floats = given.mean + own - (given.slope @ shared).T
    return thetas


@dataclass(frozen=True)
class Groups:
    """Around a funding line: surely funded, where chance may decide, surely not; each the best first."""

    funded: tuple[str, ...]
    chance: tuple[str, ...]
    rejected: tuple[str, ...]
    line: float


def groups(standings: Sequence[Expected], fundable: int) -> Groups:
    """Groups when the budget reaches the first ``fundable``: chance may decide where the 50 % interval holds the line."""
    names = tuple(one.proposal for one in standings)
    if fundable <= 0 or fundable >= len(standings):
        return Groups(names, (), (), 0.0) if fundable > 0 else Groups((), (), names, 0.0)
    last = standings[fundable - 1]
    funded = tuple(one.proposal for one in standings if one.high50 < last.rank and one is not last)
    rejected = tuple(one.proposal for one in standings if one.low50 > last.rank and one is not last)
    chance = tuple(name for name in names if name not in funded and name not in rejected)
    if len(funded) + len(chance) == fundable:
        funded, chance = tuple(n for n in names if n not in rejected), ()
    return Groups(funded, chance, rejected, last.rank)
