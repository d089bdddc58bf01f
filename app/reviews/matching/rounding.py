"""Whole plans from a fractional optimum: fix what the reduced costs settle, solve the small rest in whole numbers.

A column whose reduced cost is more than a known plan loses to the linear program is in no better plan where it would have
to change: once everything below that loss is free, the bound of the small problem is one of the whole problem.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from app.reviews.matching.problem import Flags, Reduced, Rules
from app.reviews.matching.relaxing import Relaxed, remaining

WHOLE = 1e-7
SETTLED, WIDER = 0.03, 4.0
MIP_GAP = 1e-5
NODES = 20_000


@dataclass(frozen=True)
class Whole:
    """Which columns are taken, what that is worth, and the most that any plan can be worth."""

    taken: Flags
    value: float
    bound: float
    fractional: int


def fractional(relaxed: Relaxed) -> Flags:
    """The columns that the linear program leaves between nothing and whole."""
    x = relaxed.x[: len(relaxed.columns)]
    found: Flags = np.abs(x - np.round(x)) > WHOLE
    return found


def whole(case: Reduced, relaxed: Relaxed, rules: Rules, deadline: float) -> Whole:
    """The best whole plan near the fractional one, mostly that itself. Raises ``Timeout``."""
    loose = fractional(relaxed)
    count = len(relaxed.columns)
    if not loose.any():
        return Whole(relaxed.x[:count] > 0.5, relaxed.value, relaxed.bound, 0)
    worth = max(float(case.base.sum() + relaxed.columns.score @ relaxed.x[:count]), 1e-9)
    best, settled = Whole(loose & False, -np.inf, relaxed.bound, int(loose.sum())), SETTLED
    while True:
        free = loose | (np.abs(relaxed.reduced[:count]) <= settled)
        found = _solve(relaxed, free, deadline)
        if found is not None and found[2] > best.value:
            best = replace(best, taken=found[0], value=found[2])
        lost = relaxed.value - best.value
        if found is not None and (settled >= lost or free.all()):
            tight = relaxed.bound - relaxed.value + found[1]
            best = replace(best, bound=max(min(best.bound, tight), best.value))
        if settled >= lost or free.all() or best.bound - best.value <= rules.tolerance * worth:
            break
        settled = min(settled * WIDER, lost)
    if not np.isfinite(best.value):
        raise ArithmeticError("no whole plan was found")
    return best


def _solve(relaxed: Relaxed, free: Flags, deadline: float) -> tuple[Flags, float, float] | None:
    """(columns taken, bound, value) with all but the free columns fixed; missing a floor costs instead of failing."""
    from scipy import optimize  # noqa: PLC0415 - slow import

    model, count = relaxed.model, len(free)
    low, high = np.zeros(len(model.cost)), model.upper.copy()
    high[model.slack["floor"]] = np.inf
    settled = np.flatnonzero(~free)
    low[settled] = high[settled] = np.round(relaxed.x[settled])
    rows: list[Any] = [optimize.LinearConstraint(model.equal, model.seats, model.seats)]
    if len(model.right):
        rows.append(optimize.LinearConstraint(model.below, -np.inf, model.right))
    found = optimize.milp(
        model.cost,
        integrality=np.r_[free.astype(np.int64), np.zeros(len(model.cost) - count, np.int64)],
        bounds=optimize.Bounds(low, high),
        constraints=rows,
        options={"time_limit": remaining(deadline), "mip_rel_gap": MIP_GAP, "node_limit": NODES},
    )
    if found.x is None:
        return None
    taken: Flags = found.x[:count] > 0.5
    return taken, -float(found.mip_dual_bound), -float(model.cost @ found.x)
