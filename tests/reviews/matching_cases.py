"""Small problems of assignment to test with."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
from hypothesis import strategies as st

from app.reviews.matching.problem import Cover, Problem


def problem(scores, *, k=2, least=0, most=None, **more) -> Problem:
    """A problem over a matrix of scores (proposals × reviewers); everybody is allowed unless said otherwise."""
    scores = np.asarray(scores, dtype=float)
    rows, columns = scores.shape
    given = {
        "proposals": tuple(f"P{n}" for n in range(rows)),
        "reviewers": tuple(f"R{n}" for n in range(columns)),
        "scores": scores,
        "allowed": np.ones(scores.shape, dtype=bool),
        "wanted": np.full(rows, k),
        "least": np.full(columns, least),
        "most": np.full(columns, rows if most is None else most),
        "organisations": np.full(columns, -1),
        "pillars": np.full(columns, -1),
    }
    given |= {key: np.asarray(v) if isinstance(v, list) else v for key, v in more.items()}
    return Problem(**given)


def language(subjects, members, penalty=50.0) -> Cover:
    """A cover by readers of a language."""
    return Cover("language", tuple(subjects), np.asarray(members, dtype=bool), penalty)


@st.composite
def problems(draw, rows=8, columns=7):
    """Any problem: conflicts, organisations, pillars, kept pairs, bounds that may contradict each other."""
    n, m = draw(st.integers(1, rows)), draw(st.integers(1, columns))
    chance = np.random.default_rng(draw(st.integers(0, 2**32)))
    allowed = chance.random((n, m)) < draw(st.sampled_from([0.4, 0.8, 1.0]))
    kept = tuple((int(p), int(r)) for p, r in np.argwhere(chance.random((n, m)) < draw(st.sampled_from([0, 0.1]))))
    most = chance.integers(0, n + 1, m)
    members = chance.random((n, m)) < 0.3
    return problem(
        chance.random((n, m)).round(2),
        k=draw(st.integers(1, 3)),
        most=most,
        least=np.minimum(chance.integers(0, 3, m), most),
        allowed=allowed,
        organisations=chance.integers(-1, 3, m),
        pillars=chance.integers(-1, 3, m),
        kept=kept,
        favoured=tuple((int(p), int(r)) for p, r in np.argwhere(chance.random((n, m)) < 0.1)),
        covers=(language(["fr" if chance.random() < 0.5 else "" for _ in range(n)], members),),
    )


def taken_of(case: Problem, plan) -> np.ndarray:
    """The plan as a matrix of counts."""
    taken = np.zeros(case.allowed.shape, dtype=int)
    for pair in plan.pairs:
        taken[pair] += 1
    return taken


def best_by_trial(case: Problem, floor: bool = False) -> float:
    """The best affinity of all plans that fill every seat, by trying them all; with a floor, of the fairest ones."""
    rows, columns = case.allowed.shape
    choices = [
        [own for own in combinations(range(columns), int(case.wanted[p])) if case.allowed[p, list(own)].all()]
        for p in range(rows)
    ]
    best = (-1.0, -1.0)
    for plan in product(*choices):
        loads = np.bincount([r for own in plan for r in own], minlength=columns)
        groups = [[case.organisations[r] for r in own if case.organisations[r] >= 0] for own in plan]
        if (loads > case.most).any() or any(len(set(g)) < len(g) for g in groups):
            continue
        totals = [case.scores[p, list(own)].sum() for p, own in enumerate(plan)]
        best = max(best, (round(min(totals), 9) if floor else 0.0, float(sum(totals))))
    return best[1]
