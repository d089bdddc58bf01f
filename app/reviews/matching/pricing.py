"""The pairs that the model left out, judged by its dual prices: how much they could add at most, and which to take in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.reviews.matching.columns import Columns
from app.reviews.matching.model import Model
from app.reviews.matching.problem import NOBODY, Floats, Ints, Reduced

BLOCK = 400
NEGLIGIBLE = 1e-9
TAKEN_IN = 40


@dataclass(frozen=True)
class Prices:
    """What one more of each thing is worth: seats and floors by proposal, loads by reviewer, groups and covers."""

    seat: Floats
    load: Floats
    group: Floats
    pillar: Floats
    covers: tuple[Floats, ...]
    floor: Floats


def prices_of(case: Reduced, model: Model, equal: Floats, below: Floats) -> Prices:
    """Read the marginals of the rows (of the minimum) into arrays over proposals and reviewers."""
    count, width = len(case.seats), int(case.organisations.max(initial=NOBODY)) + 1

    def spread(name: str, size: int) -> Floats:
        found = np.zeros(size)
        found[model.keys[name]] = below[model.rows[name]]
        return found

    load = spread("room", len(case.room)) - spread("least", len(case.room))
    return Prices(
        seat=equal,
        load=load,
        group=spread("groups", count * max(width, 1)).reshape(count, -1),
        pillar=spread("pillars", case.pillar_room.size).reshape(case.pillar_room.shape),
        covers=tuple(spread(f"cover{n}", count) for n in range(len(case.covers))),
        floor=spread("floor", count),
    )


def price(case: Reduced, columns: Columns, prices: Prices) -> tuple[float, Ints, Ints]:
    """(how much all pairs left out could add at most, proposals and reviewers of the best of them)."""
    total, rows, reviewers = 0.0, [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    starts = np.searchsorted(columns.p, np.arange(0, len(case.seats) + BLOCK, BLOCK))
    for number, first in enumerate(range(0, len(case.seats), BLOCK)):
        part = slice(first, min(first + BLOCK, len(case.seats)))
        held = slice(starts[number], starts[number + 1])
        gain = _gains(case, prices, part)
        gain[columns.p[held] - first, columns.r[held]] = 0.0
        places = _places(case, part)
        best = _largest(gain, max(int(places.max(initial=0)), 1))
        counted = np.arange(best.shape[1])[None, :] < places[:, None]
        total += float((np.where(counted, best, 0.0) * case.caps[part, None]).sum())
        p, r = _worthwhile(gain)
        rows.append(p + first)
        reviewers.append(r)
    return total, np.concatenate(rows), np.concatenate(reviewers)


def _places(case: Reduced, part: slice) -> Ints:
    """How many pairs of a proposal can be taken, each up to the cap."""
    places: Ints = np.ceil(case.seats[part] / case.caps[part] - 1e-9).astype(np.int64)
    return places


def _largest(gain: Floats, count: int) -> Floats:
    """The largest values of each row, falling."""
    if gain.shape[1] > count:
        gain = -np.partition(-gain, count - 1, axis=1)[:, :count]
    return -np.sort(-gain, axis=1)


def _gains(case: Reduced, prices: Prices, part: slice) -> Floats:
    """What each pair of these proposals would add; never below zero."""
    gain = case.scores[part] * (1.0 - prices.floor[part, None]) + prices.seat[part, None] + prices.load[None, :]
    if case.organisations.max(initial=NOBODY) != NOBODY:
        gain += np.where(case.organisations == NOBODY, 0.0, prices.group[part][:, case.organisations])
    if case.pillars.max(initial=NOBODY) != NOBODY:
        gain += np.where(case.pillars == NOBODY, 0.0, prices.pillar[part][:, case.pillars])
    for cover, price_of in zip(case.covers, prices.covers, strict=True):
        gain -= cover.members[part] * price_of[part, None]
    found: Floats = np.where(case.allowed[part], np.maximum(gain, 0.0), 0.0)
    return found


def _worthwhile(gain: Floats) -> tuple[Ints, Ints]:
    """The best pairs of each row that would add anything."""
    if gain.shape[1] > TAKEN_IN:
        least = -np.partition(-gain, TAKEN_IN - 1, axis=1)[:, TAKEN_IN - 1 : TAKEN_IN]
        gain = np.where(gain >= least, gain, 0.0)
    p, r = np.nonzero(gain > NEGLIGIBLE)
    return p.astype(np.int64), r.astype(np.int64)
