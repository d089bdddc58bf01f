"""Votes as arrays: who gave what to which proposal, in an order that does not depend on the order of the list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, order=True)
class Vote:
    """What one reviewer gave one proposal. ``reviewer`` is the person's id, never a place in a panel.

    ``section`` is the panel, where several panels are ranked together.
    """

    proposal: str
    reviewer: str
    value: float
    section: str = ""


@dataclass(frozen=True)
class Ballot:
    """All votes as arrays: ``i``, ``j``, ``s`` point into ``proposals``, ``reviewers``, ``sections``; ``y`` are the values."""

    proposals: tuple[str, ...]
    reviewers: tuple[str, ...]
    sections: tuple[str, ...]
    i: Ints
    j: Ints
    s: Ints
    y: Floats

    def sums(self) -> Floats:
        """Sum of the votes of each proposal."""
        sums: Floats = np.bincount(self.i, self.y, minlength=len(self.proposals)).astype(np.float64)
        return sums

    def counts(self) -> Floats:
        """Votes of each proposal."""
        counts: Floats = np.bincount(self.i, minlength=len(self.proposals)).astype(np.float64)
        return counts

    def means(self) -> Floats:
        """Raw mean of each proposal."""
        means: Floats = self.sums() / self.counts()
        return means

    def crossings(self) -> Any:
        """Sparse proposals × reviewers: 1 where there is a vote."""
        shape = (len(self.proposals), len(self.reviewers))
        return csr_array(coo_array((np.ones(len(self.y)), (self.i, self.j)), shape=shape))

    def islands(self) -> int:
        """How many groups of proposals and reviewers there are that no vote connects."""
        n, m = len(self.proposals), len(self.reviewers)
        graph = coo_array((np.ones(len(self.y)), (self.i, n + self.j)), shape=(n + m, n + m))
        return int(connected_components(graph, directed=False)[0])


def ballot(votes: Iterable[Vote]) -> Ballot:
    """Votes in a fixed order. Raises ``ValueError`` for two votes of one person on one proposal, or one that is no number."""
    found = sorted(votes)
    if len({(v.proposal, v.reviewer) for v in found}) < len(found):
        raise ValueError("a reviewer has two votes on one proposal")
    y = np.array([v.value for v in found], dtype=np.float64)
    if not np.isfinite(y).all():
        raise ValueError("a vote is not a number")
    columns = [_coded([getattr(v, name) for v in found]) for name in ("proposal", "reviewer", "section")]
    (proposals, i), (reviewers, j), (sections, s) = columns
    return Ballot(proposals, reviewers, sections, i, j, s, y)


def _coded(names: list[str]) -> tuple[tuple[str, ...], Ints]:
    known = tuple(sorted(set(names)))
    place = {name: number for number, name in enumerate(known)}
    return known, np.array([place[name] for name in names], dtype=np.int64)
