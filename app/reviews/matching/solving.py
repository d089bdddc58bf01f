"""From a problem to a plan with its certificate: the one way in."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass

import numpy as np

from app.reviews.matching.certificate import Certificate, Load, Plan, Served
from app.reviews.matching.columns import choose
from app.reviews.matching.drawing import draw
from app.reviews.matching.fairness import whole_with_floor, with_best_floor
from app.reviews.matching.problem import (
    NOBODY,
    Flags,
    Floats,
    Ints,
    Pair,
    Problem,
    Reduced,
    Rules,
    digest,
    ideal_floor,
    permuted,
    reduce,
)
from app.reviews.matching.relaxing import Relaxed, load_solver
from app.reviews.matching.rounding import fractional
from app.reviews.matching.shortages import shortages


@dataclass(frozen=True)
class _Answer:
    """What the arithmetic found, in the order of the seed. ``objective`` and ``bound`` are without the penalties."""

    relaxed: Relaxed
    taken: Flags
    objective: float
    bound: float
    floor: float
    ideal: float
    fractional: int


def solve(problem: Problem, rules: Rules) -> Plan:
    """The best plan under the rules; whatever cannot be kept is named in its certificate, never an error.

    The seed decides among plans of equal worth (and the draw, below a cap of 1): same input, same seed, same plan.
    Raises ``Timeout`` when ``rules.seconds`` are over.
    """
    load_solver()
    generator = np.random.default_rng(rules.seed)
    rows = generator.permutation(len(problem.proposals))
    columns = generator.permutation(len(problem.reviewers))
    case = reduce(permuted(problem, rows, columns), rules)
    found = _answer(case, rules, generator, time.monotonic() + rules.seconds)
    chosen = found.relaxed.columns
    p, r = rows[chosen.p[found.taken]], columns[chosen.r[found.taken]]
    new = tuple(sorted((int(a), int(b)) for a, b in zip(p, r, strict=True)))
    chances = _chances(found, rows, columns) if rules.cap < 1 else {}
    return Plan(tuple(sorted({*new, *problem.kept})), new, chances, _certificate(problem, rules, found, new, case))


def _answer(case: Reduced, rules: Rules, generator: np.random.Generator, deadline: float) -> _Answer:
    columns, ideal = choose(case), ideal_floor(case) if rules.floor else 0.0
    relaxed, floor = with_best_floor(case, columns, rules, ideal, deadline)
    if rules.cap < 1:
        chosen, x = relaxed.columns, _snapped(relaxed)
        taken = draw(chosen.p, chosen.r, x, case.organisations, generator)
        worth = _worth(case, relaxed, x)
        loose = int(fractional(relaxed).sum())
        return _Answer(relaxed, taken, worth, relaxed.bound + worth - relaxed.value, floor, ideal, loose)
    relaxed, best, held = whole_with_floor(case, relaxed, rules, floor, deadline)
    worth = _worth(case, relaxed, best.taken.astype(np.float64))
    return _Answer(relaxed, best.taken, worth, best.bound + worth - best.value, held, ideal, best.fractional)


def _snapped(relaxed: Relaxed) -> Floats:
    """The probabilities without the last digits of the solver."""
    x = relaxed.x[: len(relaxed.columns)]
    found: Floats = np.where(np.abs(x - np.round(x)) < 1e-7, np.round(x), x)
    return found


def _worth(case: Reduced, relaxed: Relaxed, x: Floats) -> float:
    """Affinity and bonuses of new pairs, with the affinity of the kept ones."""
    return float((relaxed.columns.score + relaxed.columns.bonus) @ x + case.base.sum())


def _chances(found: _Answer, rows: Ints, columns: Ints) -> dict[Pair, float]:
    chosen, x = found.relaxed.columns, _snapped(found.relaxed)
    held = np.flatnonzero(x > 0)
    return {(int(rows[chosen.p[n]]), int(columns[chosen.r[n]])): float(x[n]) for n in held}


def _certificate(problem: Problem, rules: Rules, found: _Answer, new: tuple[Pair, ...], case: Reduced) -> Certificate:
    taken = np.zeros(problem.allowed.shape, dtype=bool)
    for pair in (*problem.kept, *new):
        taken[pair] = True
    totals = (problem.scores * taken).sum(axis=1)
    empty = np.maximum(problem.wanted - taken.sum(axis=1), 0)
    worst = float(totals.min()) if len(totals) else 0.0
    return Certificate(
        objective=found.objective,
        bound=max(found.bound, found.objective),
        gap=max(found.bound - found.objective, 0.0) / max(abs(found.objective), 1e-9),
        affinity=float(totals.sum()),
        worst=worst,
        worst_proposals=tuple(problem.proposals[p] for p in np.flatnonzero(totals <= worst + 1e-9)),
        floor=found.floor,
        ideal=found.ideal,
        empty_seats=int(empty.sum()),
        doubled_pillars=_doubled(problem, rules, taken),
        served=_served(problem, taken, totals, empty),
        loads=_loads(problem, taken),
        shortages=shortages(problem, rules, taken),
        seed=rules.seed,
        rules=asdict(rules),
        input_sha256=digest(problem, rules),
        columns=len(found.relaxed.columns),
        pairs=int(case.allowed.sum()),
        rounds=found.relaxed.rounds,
        fractional=found.fractional,
    )


def _served(problem: Problem, taken: Flags, totals: Floats, empty: Ints) -> tuple[Served, ...]:
    return tuple(
        Served(key, float(totals[p]), tuple(problem.reviewers[r] for r in np.flatnonzero(taken[p])), int(empty[p]))
        for p, key in enumerate(problem.proposals)
    )


def _loads(problem: Problem, taken: Flags) -> tuple[Load, ...]:
    found = zip(
        problem.reviewers, taken.sum(axis=0).tolist(), problem.least.tolist(), problem.most.tolist(), strict=True
    )
    return tuple(Load(key, load, least, most, _standing(load, least, most)) for key, load, least, most in found)


def _standing(load: int, least: int, most: int) -> str:
    if load > most:
        return "over"
    if load < least:
        return "short"
    return "full" if load == most and most else ""


def _doubled(problem: Problem, rules: Rules, taken: Flags) -> tuple[str, ...]:
    """Proposals with more reviewers of one pillar than an even spread would have."""
    groups = set(problem.pillars.tolist()) - {NOBODY}
    if not rules.pillars or not groups:
        return ()
    share = -(-problem.wanted // len(groups))
    over = np.zeros(len(problem.proposals), dtype=bool)
    for group in groups:
        over |= taken[:, problem.pillars == group].sum(axis=1) > share
    return tuple(problem.proposals[p] for p in np.flatnonzero(over))
