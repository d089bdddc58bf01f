"""The linear program of an assignment over some columns: rows, costs and bounds as HiGHS takes them.

max  affinity + bonuses - 100 empty seats - 10 missing minimum loads - covers missed - pillars doubled
seats       sum_r x + u = seats                 loads     least - v <= sum_p x <= room
groups      sum x <= 1 for an organisation      pillars   sum x - e <= its share of the seats
covers      sum x + w >= 1                      floor     sum score x + f >= F    (f = 0 in the linear program)
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from app.reviews.matching.columns import Columns
from app.reviews.matching.problem import NOBODY, Floats, Ints, Reduced, Rules, floor_applies

EMPTY_SEAT = 100.0
SHORT_LOAD = 10.0
DOUBLED_PILLAR = 20.0
BELOW_FLOOR = 300.0


@dataclass
class Model:
    """``cost`` is to be made least; ``upper`` bounds each variable. ``rows`` tells where a block of rows begins and ends,
    and ``keys`` which (proposal, group), proposal or reviewer each of its rows is about.
    """

    cost: Floats
    upper: Floats
    equal: Any
    seats: Floats
    below: Any
    right: Floats
    rows: dict[str, slice] = field(default_factory=dict)
    keys: dict[str, Ints] = field(default_factory=dict)
    slack: dict[str, slice] = field(default_factory=dict)


class Builder:
    """Collects the blocks of rows; every slack is a variable after the pairs."""

    def __init__(self, pairs: int) -> None:
        self.rows: list[Ints] = []
        self.columns: list[Ints] = []
        self.values: list[Floats] = []
        self.right: list[Floats] = []
        self.costs: list[Floats] = []
        self.uppers: list[Floats] = []
        self.height = 0
        self.width = pairs
        self.model_rows: dict[str, slice] = {}
        self.keys: dict[str, Ints] = {}
        self.slack: dict[str, slice] = {}

    def variables(self, name: str, count: int, cost: float, upper: float = np.inf) -> Ints:
        """New slack variables; their column numbers."""
        found = np.arange(self.width, self.width + count)
        self.slack[name] = slice(self.width, self.width + count)
        self.width += count
        self.costs.append(np.full(count, cost))
        self.uppers.append(np.full(count, upper))
        return found

    def block(self, name: str, keys: Ints, right: Floats, row: Ints, column: Ints, value: Floats) -> None:
        """Rows of the form ``<= right``; ``row`` counts within the block."""
        self.model_rows[name] = slice(self.height, self.height + len(keys))
        self.keys[name] = keys
        self.rows.append(row + self.height)
        self.columns.append(column)
        self.values.append(value)
        self.right.append(right)
        self.height += len(keys)


def build(case: Reduced, columns: Columns, rules: Rules, floor: float = 0.0) -> Model:
    """The model over these columns; ``floor`` is the least total affinity of every proposal it can be asked of."""
    from scipy import sparse  # noqa: PLC0415 - slow import

    count = len(columns)
    each = np.arange(count)
    made = Builder(count)
    made.variables("nothing", 1, 0.0, 0.0)  # the solver takes no program without variables
    empty = made.variables("seats", len(case.seats), EMPTY_SEAT)
    _loads(made, case, columns, each)
    _groups(made, case, columns, each)
    _pillars(made, case, columns, each, rules)
    for number, _cover in enumerate(case.covers):
        _cover_rows(made, case, columns, each, number)
    _floor_rows(made, case, columns, each, floor)
    ones = np.ones(count + len(empty))
    rows, wide = np.r_[columns.p, np.arange(len(empty))], np.r_[each, empty]
    entries = np.concatenate([*made.values, np.empty(0)])
    places = (
        np.concatenate([*made.rows, np.empty(0, np.int64)]),
        np.concatenate([*made.columns, np.empty(0, np.int64)]),
    )
    return Model(
        cost=np.concatenate([-(columns.score + columns.bonus), *made.costs]),
        upper=np.concatenate([case.caps[columns.p], *made.uppers]),
        equal=sparse.csr_matrix((ones, (rows, wide)), shape=(len(empty), made.width)),
        seats=case.seats.astype(np.float64),
        below=sparse.csr_matrix((entries, places), shape=(made.height, made.width)),
        right=np.concatenate([*made.right, np.empty(0)]),
        rows=made.model_rows,
        keys=made.keys,
        slack=made.slack,
    )


def _loads(made: Builder, case: Reduced, columns: Columns, each: Ints) -> None:
    people = np.arange(len(case.room))
    made.block("room", people, case.room.astype(np.float64), columns.r, each, np.ones(len(each)))
    owed = np.flatnonzero(case.least > 0)
    short = made.variables("least", len(owed), SHORT_LOAD)
    place = np.full(len(people), NOBODY)
    place[owed] = np.arange(len(owed))
    held = place[columns.r] != NOBODY
    row = np.r_[place[columns.r[held]], np.arange(len(owed))]
    made.block("least", owed, -case.least[owed].astype(np.float64), row, np.r_[each[held], short], -np.ones(len(row)))


def _groups(made: Builder, case: Reduced, columns: Columns, each: Ints) -> None:
    """One row for each organisation with two or more candidates for a proposal; the key is proposal × width + group."""
    width = int(case.organisations.max(initial=NOBODY)) + 1
    group = case.organisations[columns.r]
    keys, row, held = _crowded(columns.p * max(width, 1) + group, group != NOBODY, 2)
    made.block("groups", keys, np.ones(len(keys)), row, each[held], np.ones(len(row)))


def _pillars(made: Builder, case: Reduced, columns: Columns, each: Ints, rules: Rules) -> None:
    pillar, width = case.pillars[columns.r], case.pillar_room.shape[1]
    keys, row, held = _crowded(columns.p * width + pillar, pillar != NOBODY, 1)
    over = made.variables("pillars", len(keys), DOUBLED_PILLAR if rules.pillars == "require" else rules.spreading)
    right = case.pillar_room.reshape(-1)[keys].astype(np.float64)
    value = np.r_[np.ones(len(row)), -np.ones(len(keys))]
    made.block("pillars", keys, right, np.r_[row, np.arange(len(keys))], np.r_[each[held], over], value)


def _crowded(keys: Ints, counted: Ints | Any, least: int) -> tuple[Ints, Ints, Ints]:
    """(the keys that occur often enough, for each of their columns the row, those columns)."""
    held = np.flatnonzero(counted)
    unique, inverse, counts = np.unique(keys[held], return_inverse=True, return_counts=True)
    busy = counts >= least
    place = np.cumsum(busy) - 1
    kept = busy[inverse]
    return unique[busy], place[inverse[kept]], held[kept]


def _cover_rows(made: Builder, case: Reduced, columns: Columns, each: Ints, number: int) -> None:
    cover = case.covers[number]
    asked = np.flatnonzero(cover.asked & (case.seats > 0))
    place = np.full(len(case.seats), NOBODY)
    place[asked] = np.arange(len(asked))
    missed = made.variables(f"cover{number}", len(asked), cover.penalty)
    held = (place[columns.p] != NOBODY) & cover.members[columns.p, columns.r]
    row = np.r_[place[columns.p[held]], np.arange(len(asked))]
    made.block(f"cover{number}", asked, -np.ones(len(asked)), row, np.r_[each[held], missed], -np.ones(len(row)))


def _floor_rows(made: Builder, case: Reduced, columns: Columns, each: Ints, floor: float) -> None:
    asked = np.flatnonzero(floor_applies(case) & (case.base < floor)) if floor > 0 else np.empty(0, np.int64)
    place = np.full(len(case.seats), NOBODY)
    place[asked] = np.arange(len(asked))
    below = made.variables("floor", len(asked), BELOW_FLOOR, 0.0)
    held = place[columns.p] != NOBODY
    row = np.r_[place[columns.p[held]], np.arange(len(asked))]
    value = np.r_[-columns.score[held], -np.ones(len(asked))]
    made.block("floor", asked, case.base[asked] - floor + 1e-9, row, np.r_[each[held], below], value)
