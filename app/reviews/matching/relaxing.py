"""The linear program solved to a certified optimum: solve, price what was left out, take in what pays, solve again."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.reviews.matching.columns import Columns, joined
from app.reviews.matching.model import DOUBLED_PILLAR, Model, build
from app.reviews.matching.pricing import price, prices_of
from app.reviews.matching.problem import Floats, Reduced, Rules, Timeout

ROUNDS = 12
INFEASIBLE = 2
OUT_OF_TIME = 1


@dataclass(frozen=True)
class Relaxed:
    """An optimum of the linear program: ``x`` by column, the value reached, and the most that any plan can reach."""

    columns: Columns
    model: Model
    x: Floats
    reduced: Floats
    value: float
    bound: float
    rounds: int

    @property
    def penalties(self) -> float:
        """What empty seats, missing loads, missed covers and required pillars cost; nothing of what is only preferred."""
        slack, cost = self.model.slack, self.model.cost
        parts = [slack["seats"], slack["least"], *(part for name, part in slack.items() if name.startswith("cover"))]
        pillars = slack["pillars"]
        parts += [pillars] if cost[pillars].max(initial=0.0) >= DOUBLED_PILLAR else []
        return float(sum(cost[part] @ self.x[part] for part in parts))


def relax(case: Reduced, columns: Columns, rules: Rules, floor: float, deadline: float) -> Relaxed | None:
    """The optimum within the tolerance, or nothing when no plan keeps the floor. Raises ``Timeout``."""
    for number in range(1, ROUNDS + 1):
        model = build(case, columns, rules, floor)
        found = _solve(model, deadline)
        if found is None:
            return None
        extra, p, r = 0.0, columns.p[:0], columns.r[:0]
        if len(columns) < int(case.allowed.sum()):
            prices = prices_of(case, model, found.eqlin.marginals, found.ineqlin.marginals)
            extra, p, r = price(case, columns, prices)
        value = -float(found.fun)
        affinity = float(case.base.sum() + columns.score @ found.x[: len(columns)])
        if extra <= rules.tolerance * max(affinity, 1e-9) or not len(p) or number == ROUNDS:
            reduced = found.lower.marginals + found.upper.marginals
            return Relaxed(columns, model, found.x, reduced, value, value + extra, number)
        columns = joined(case, columns, p, r)
    return None


def _solve(model: Model, deadline: float) -> Any:
    """The dual simplex of HiGHS, which ends in a corner of the polytope and tells the marginals; nothing if infeasible."""
    from scipy.optimize import linprog  # noqa: PLC0415 - slow import

    found = linprog(
        model.cost,
        A_ub=model.below,
        b_ub=model.right,
        A_eq=model.equal,
        b_eq=model.seats,
        bounds=np.c_[np.zeros(len(model.upper)), model.upper],
        method="highs-ds",
        options={"time_limit": remaining(deadline)},
    )
    if found.status == OUT_OF_TIME:
        raise Timeout
    if found.status == INFEASIBLE:
        return None
    if found.status:
        raise ArithmeticError(found.message)
    return found


def load_solver() -> None:
    """Have the solver in memory before the time allowed begins to run."""
    from scipy import optimize, sparse  # noqa: F401, PLC0415 - slow import


def remaining(deadline: float) -> float:
    """Seconds left. Raises ``Timeout`` when there are none."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise Timeout
    return left
