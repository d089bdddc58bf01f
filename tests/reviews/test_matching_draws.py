"""Drawn plans: every draw keeps the rules, and over many draws every pair comes as often as it should."""

from __future__ import annotations

import numpy as np

from app.reviews.matching.drawing import draw
from app.reviews.matching.problem import Rules
from app.reviews.matching.solving import solve
from bench._calls import invented
from tests.reviews.matching_cases import problem, taken_of

DRAWS = 1500


def test_pairs_come_as_often_as_they_should():
    _, full = invented(24, 12, 4)
    plan = solve(full, Rules(cap=0.7, seed=5))
    chances = plan.chances
    assert max(chances.values()) <= 1.0 and any(0.01 < x < 0.99 for x in chances.values())
    pairs = sorted(chances)
    p, r = (np.array(side) for side in zip(*pairs, strict=True))
    x, generator = np.array([chances[pair] for pair in pairs]), np.random.default_rng(9)
    seats, loads = np.bincount(p, x, 24), np.bincount(r, x, 12)
    counts = np.zeros(len(pairs))
    for _ in range(DRAWS):
        taken = draw(p, r, x, full.organisations, generator)
        counts += taken
        got, load = np.bincount(p[taken], minlength=24), np.bincount(r[taken], minlength=12)
        assert (got >= np.floor(seats + 1e-6)).all() and (got <= np.ceil(seats - 1e-6)).all()
        assert (load >= np.floor(loads + 1e-6)).all() and (load <= np.ceil(loads - 1e-6)).all()
        held = [(a, full.organisations[b]) for a, b in zip(p[taken], r[taken], strict=True)]
        assert len(held) == len(set(held)), "two of one organisation"
    sigma = np.sqrt(np.maximum(x * (1 - x), 1e-9) / DRAWS)
    assert (np.abs(counts / DRAWS - x) <= 4.5 * sigma + 1e-9).all()


def test_no_pair_is_likelier_than_the_cap():
    case = problem([[1.0, 0.1, 0.1], [1.0, 0.1, 0.1]], k=1, most=2)
    plan = solve(case, Rules(cap=0.5))
    assert max(plan.chances.values()) <= 0.5 + 1e-9
    assert plan.certificate.objective < solve(case, Rules()).certificate.objective
    drawn = [taken_of(case, solve(case, Rules(cap=0.5, seed=seed)))[0, 0] for seed in range(60)]
    assert 0.2 < np.mean(drawn) < 0.8


def test_the_cap_gives_way_where_seats_would_stay_empty():
    case = problem([[0.9, 0.8, 0.7]], k=2, organisations=[0, 0, 1])
    plan = solve(case, Rules(cap=0.5))
    assert plan.certificate.empty_seats == 0
    assert (0, 2) in plan.pairs


def test_whole_probabilities_are_left_alone():
    p, r = np.array([0, 0, 1]), np.array([0, 1, 1])
    taken = draw(p, r, np.array([1.0, 0.0, 1.0]), np.full(2, -1), np.random.default_rng(0))
    assert taken.tolist() == [True, False, True]
