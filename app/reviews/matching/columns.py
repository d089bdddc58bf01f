"""Which pairs the model begins with: the best of each reviewer and of each proposal; pricing finds what is missing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.reviews.matching.problem import Flags, Floats, Ints, Reduced

BEST = 40
FEW = 20_000
READERS = 10


@dataclass(frozen=True)
class Columns:
    """Pairs in the order of proposals, then reviewers, with their score and bonus."""

    p: Ints
    r: Ints
    score: Floats
    bonus: Floats

    def __len__(self) -> int:
        return len(self.p)


def choose(case: Reduced) -> Columns:
    """All pairs of a small case; of a large one the 40 best on either side, the best of each cover, and favoured ones."""
    if case.allowed.size <= FEW:
        return columns_of(case, case.allowed)
    chosen = _best(case.scores, case.allowed, BEST) | _best(case.scores.T, case.allowed.T, BEST).T
    for cover in case.covers:
        chosen |= _best(case.scores, case.allowed & cover.members & cover.asked[:, None], READERS)
    for pair in case.bonus:
        chosen[pair] = True
    return columns_of(case, chosen)


def columns_of(case: Reduced, chosen: Flags) -> Columns:
    """The columns of a mask of pairs."""
    p, r = np.nonzero(chosen)
    columns = len(case.room)
    bonus = np.zeros(len(p))
    if case.bonus:
        keys = p * columns + r
        favoured = np.array([row * columns + column for row, column in case.bonus])
        values = np.array(list(case.bonus.values()))
        place = np.searchsorted(keys, favoured)
        held = (place < len(keys)) & (keys[np.minimum(place, len(keys) - 1)] == favoured)
        bonus[place[held]] = values[held]
    return Columns(p.astype(np.int64), r.astype(np.int64), case.scores[p, r].astype(np.float64), bonus)


def joined(case: Reduced, columns: Columns, p: Ints, r: Ints) -> Columns:
    """The columns with more pairs beside them."""
    chosen = np.zeros(case.allowed.shape, dtype=bool)
    chosen[columns.p, columns.r] = True
    chosen[p, r] = True
    return columns_of(case, chosen)


def _best(scores: Floats, allowed: Flags, count: int) -> Flags:
    """The best allowed pairs of each row."""
    if scores.shape[1] <= count:
        return allowed.copy()
    worth = np.where(allowed, scores, -1.0)
    places = np.argpartition(-worth, count - 1, axis=1)[:, :count]
    found = np.zeros(allowed.shape, dtype=bool)
    np.put_along_axis(found, places, True, axis=1)
    return found & allowed
