"""How good and how fast is the assignment of reviewers? Invented calls, and the published acceptance cases where they are.

Each size in the variants of ``design/science.md`` A5: core (loads and conflicts), full (organisations and kept pairs too),
floor (the worst-served proposal first), cover (a specialist of the main mineral), random (no pair likelier than 0.8).
Usage: ``./run bench assignment [--quick]`` (quick: up to 2,000 × 800 with one seed, within a minute).
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

from app.reviews.matching.certificate import Plan
from app.reviews.matching.problem import Problem, Rules
from app.reviews.matching.solving import solve
from bench._calls import acceptance_cases, invented, read_case
from bench._demo import machine

SIZES = ((50, 20, 5, 0.1), (500, 150, 5, 1.0), (2000, 800, 3, 4.0), (5000, 2000, 3, 15.0))
CAP = 0.8
OPTIMAL, FAIR, PUBLISHED = 0.9999, 0.9995, 1e-9
SMALL = 50
MEMORY_MB = 1024


@dataclass(frozen=True)
class Figure:
    """One run: how near the optimum (``ratio`` to the most that is possible without floor and cover), and its cost."""

    variant: str
    ratio: float
    worst: float
    ideal: bool
    gap: float
    cpu: float
    wall: float
    empty: int
    broken: int


def variants(plain: Problem, full: Problem, seed: int) -> Iterator[tuple[str, Problem, Rules]]:
    """What is solved of one invented call; the first two are what the others are compared with."""
    rules, bare = Rules(seed=seed, seconds=600), replace(full, covers=())
    yield "core", plain, rules
    yield "full", bare, rules
    yield "core+floor", plain, replace(rules, floor=True)
    yield "full+floor", bare, replace(rules, floor=True)
    yield "full+cover", full, rules
    yield "random", bare, replace(rules, cap=CAP)


def broken(problem: Problem, plan: Plan) -> int:
    """How many hard rules a plan breaks, counted anew: conflicts, seats, loads, organisations."""
    taken = np.zeros(problem.allowed.shape, dtype=int)
    for pair in plan.pairs:
        taken[pair] += 1
    kept = np.zeros(problem.allowed.shape, dtype=bool)
    for pair in problem.kept:
        kept[pair] = True
    found = int((taken > 1).sum() + ((taken > 0) & ~problem.allowed & ~kept).sum())
    found += int((taken.sum(axis=1) > np.maximum(problem.wanted, kept.sum(axis=1))).sum())
    found += int((taken.sum(axis=0) > np.maximum(problem.most, kept.sum(axis=0))).sum())
    for group in set(problem.organisations.tolist()) - {-1}:
        own = problem.organisations == group
        found += int((taken[:, own].sum(axis=1) > np.maximum(1, kept[:, own].sum(axis=1))).sum())
    return found


def measured(proposals: int, reviewers: int, seed: int) -> list[Figure]:
    """Every variant of one invented call."""
    plain, full = invented(proposals, reviewers, seed)
    bounds: dict[str, float] = {}
    found = []
    for name, problem, rules in variants(plain, full, seed):
        cpu, wall = time.process_time(), time.perf_counter()
        plan = solve(problem, rules)
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        proof = plan.certificate
        most = bounds.setdefault(name.split("+")[0] if name != "random" else "full", proof.bound)
        ideal = proof.floor >= proof.ideal - 1e-6
        ratio = (proof.objective if name == "random" else proof.affinity) / most
        figures = (ratio, proof.worst, ideal, proof.gap, cpu, wall, proof.empty_seats, broken(problem, plan))
        found.append(Figure(name, *figures))
    return found


def table(proposals: int, reviewers: int, seeds: int) -> tuple[list[dict[str, object]], list[Figure]]:
    """(the lines of one size: medians over the seeds, every run)."""
    runs = [figure for seed in range(1, seeds + 1) for figure in measured(proposals, reviewers, seed)]
    lines: list[dict[str, object]] = []
    for name in dict.fromkeys(figure.variant for figure in runs):
        own = [figure for figure in runs if figure.variant == name]
        line: dict[str, object] = {"size": f"{proposals}x{reviewers}", "variant": name, "n": len(own)}
        line |= {"ratio": round(statistics.median(f.ratio for f in own), 6), "gap": max(f.gap for f in own)}
        line |= {"worst": round(statistics.median(f.worst for f in own), 3)}
        line |= {k: round(statistics.median(getattr(f, k) for f in own), 3) for k in ("cpu", "wall")}
        lines.append(line | {"empty": sum(f.empty for f in own), "broken": sum(f.broken for f in own)})
        print(line)
    return lines, runs


def misses(proposals: int, runs: list[Figure], seconds: float) -> list[str]:
    """The targets (A7) that a size missed."""
    found = [f"{f.variant}: {f.broken} rules broken" for f in runs if f.broken]
    found += [f"{f.variant}: gap {f.gap}" for f in runs if f.gap > 1 - OPTIMAL]
    floors = [f for f in runs if f.variant.endswith("floor")]
    found += [f"{f.variant}: the floor is not reached" for f in floors if not f.ideal]
    if proposals > SMALL:
        found += [f"{f.variant}: ratio {f.ratio}" for f in floors if f.ratio < FAIR]
    slow = {name: statistics.median(f.cpu for f in runs if f.variant == name) for name in {f.variant for f in runs}}
    return found + [f"{name}: {cpu:.2f} s" for name, cpu in slow.items() if cpu > seconds]


def published() -> dict[str, object] | None:
    """The largest difference from the published ratios of PLRA (Xu, Jecmen et al. 2023); nothing without the data."""
    place = acceptance_cases()
    if place is None:
        print("The acceptance cases are not here (../shared/data/assignment).")
        return None
    differences = {}
    for name, case in json.loads((place / "expected.json").read_text())["tables"].items():
        problem = read_case(place / f"{name}.in", case["k"], case["max_load"])
        best = solve(problem, Rules()).certificate.objective
        ratios = [solve(problem, Rules(cap=q)).certificate.objective / best for q in case["Q"]]
        found = [abs(a - b) for a, b in zip(ratios, case["relative_quality_published"], strict=True)]
        differences[name] = max(*found, abs(best - case["max_quality_ours"]))
    print("Published ratios, largest difference:", differences)
    return {"sets": len(differences), "difference": max(differences.values())}


def main() -> int:
    quick = "--quick" in sys.argv
    solve(invented(10, 8, 1)[1], Rules(floor=True))  # what is loaded at first use is no part of the figures
    lines, missed = [], []
    for proposals, reviewers, seeds, seconds in SIZES[: 3 if quick else 4]:
        found, runs = table(proposals, reviewers, 1 if quick else seeds)
        lines += found
        missed += [f"{proposals}x{reviewers} {miss}" for miss in misses(proposals, runs, seconds)]
    cases = published()
    if cases and float(str(cases["difference"])) > PUBLISHED:
        missed.append("published ratios differ")
    peak = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    missed += [f"{peak} MB"] if peak > MEMORY_MB else []
    figures = {"lines": lines, "published": cases or "not here", "peak_mb": peak, "missed": missed}
    print(json.dumps({"bench": "assignment", **machine(), "quick": quick, "figures": figures, "ok": not missed}))
    return 0 if not missed else 1


if __name__ == "__main__":
    raise SystemExit(main())
