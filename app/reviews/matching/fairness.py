"""Fairness to the worst-served proposal: the highest floor under everybody's affinity, then the best plan above it."""

from __future__ import annotations

import numpy as np

from app.reviews.matching.columns import FEW, Columns
from app.reviews.matching.problem import Floats, Reduced, Rules, floor_applies
from app.reviews.matching.relaxing import Relaxed, relax
from app.reviews.matching.rounding import Whole, whole

STEPS = 10
CLOSE = 1e-6


def with_best_floor(
    case: Reduced, columns: Columns, rules: Rules, ideal: float, deadline: float
) -> tuple[Relaxed, float]:
    """(the linear program with the highest floor that costs no seat and no other rule, that floor).

    The ideal is tried first and mostly holds.
    """
    found = relax(case, columns, rules, ideal, deadline)
    if found is not None and found.penalties < CLOSE:
        return found, ideal
    free = relax(case, columns, rules, 0.0, deadline)
    if free is None:
        raise ArithmeticError("the model without a floor is always feasible")
    if found is not None and found.penalties <= free.penalties + CLOSE:
        return found, ideal
    best, low, high = free, 0.0, ideal
    for _ in range(STEPS):
        middle = (low + high) / 2
        tried = relax(case, best.columns, rules, middle, deadline)
        if tried is not None and tried.penalties <= free.penalties + CLOSE:
            best, low = tried, middle
        else:
            high = middle
    return best, low


def whole_with_floor(
    case: Reduced, relaxed: Relaxed, rules: Rules, floor: float, deadline: float
) -> tuple[Relaxed, Whole, float]:
    """(linear program, whole plan, the floor it keeps); where whole plans reach less, a small case is searched for the most."""
    found = whole(case, relaxed, rules, deadline)
    low, high = held_floor(case, relaxed, found), floor
    if low >= high - CLOSE:
        return relaxed, found, floor
    for _ in range(STEPS if case.allowed.size <= FEW else 0):
        middle = (low + high) / 2
        better = _above(case, relaxed, rules, middle, found, deadline)
        low, high = (held_floor(case, *better), high) if better else (low, middle)
        if low >= high - CLOSE:
            break
    return (*(_above(case, relaxed, rules, low, found, deadline) or (relaxed, found)), low)


def _above(
    case: Reduced, relaxed: Relaxed, rules: Rules, floor: float, known: Whole, deadline: float
) -> tuple[Relaxed, Whole] | None:
    """The best whole plan that keeps the floor without emptying a seat, or nothing."""
    tried = relax(case, relaxed.columns, rules, floor, deadline)
    plan = whole(case, tried, rules, deadline) if tried is not None else None
    if tried is None or plan is None or held_floor(case, tried, plan) < floor - CLOSE:
        return None
    return (tried, plan) if int(plan.taken.sum()) >= int(known.taken.sum()) else None


def held_floor(case: Reduced, relaxed: Relaxed, plan: Whole) -> float:
    """The least total affinity among the proposals that a floor protects and that have all their reviewers."""
    chosen = relaxed.columns
    totals: Floats = case.base + np.bincount(chosen.p, chosen.score * plan.taken, len(case.seats))
    counts = np.bincount(chosen.p[plan.taken], minlength=len(case.seats))
    counted = floor_applies(case) & (counts >= case.seats)
    return float(totals[counted].min()) if counted.any() else 0.0
