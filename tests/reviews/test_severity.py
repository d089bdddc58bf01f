"""Severity: the estimates of lme4's method, checked against closed forms and a likelihood written out."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize

from app.reviews.numbers.agreement import icc
from app.reviews.numbers.severity import severity
from app.reviews.numbers.votes import Vote, ballot
from tests.reviews.numbers_cases import SHROUT_FLEISS, invented, table_votes


def closed_form(table):
    """The variances of a complete table: what REML is when none is negative."""
    found = icc(table)
    b, j, e = found.squares.between, found.squares.judges, found.squares.error
    return (b - e) / found.judges, (j - e) / found.targets, e


def test_a_complete_table_has_the_variances_of_its_mean_squares():
    fit = severity(table_votes(SHROUT_FLEISS))
    parts = (fit.proposal_variance, fit.reviewer_variance, fit.error_variance)
    assert parts == pytest.approx(closed_form(SHROUT_FLEISS), rel=1e-5)
    assert fit.mean == pytest.approx(np.mean(SHROUT_FLEISS), abs=1e-9)


def dense(votes, variances):
    """(-2 × the REML likelihood, proposal effects, reviewer effects) by inverting the whole covariance."""
    zp, zr = np.eye(len(votes.proposals))[votes.i], np.eye(len(votes.reviewers))[votes.j]
    v = variances[0] * zp @ zp.T + variances[1] * zr @ zr.T + variances[2] * np.eye(len(votes.y))
    inverse, one = np.linalg.inv(v), np.ones(len(votes.y))
    weight = one @ inverse @ one
    mean = one @ inverse @ votes.y / weight
    left = votes.y - mean
    deviance = np.linalg.slogdet(v)[1] + np.log(weight) + left @ inverse @ left
    return deviance, mean, variances[0] * zp.T @ inverse @ left, variances[1] * zr.T @ inverse @ left


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_sparse_table_has_the_variances_of_the_whole_likelihood(seed):
    votes = invented(30, 8, 3, seed)
    fit = severity(votes)
    parts = np.array([fit.proposal_variance, fit.reviewer_variance, fit.error_variance])
    options = {"xatol": 1e-10, "fatol": 1e-12, "maxiter": 4000}
    start = np.log(parts * 1.3 + 1e-9)
    best = minimize(lambda x: dense(votes, np.exp(np.maximum(x, -25)))[0], start, method="Nelder-Mead", options=options)
    assert parts == pytest.approx(np.exp(best.x), rel=1e-5, abs=1e-7)
    _, mean, proposals, reviewers = dense(votes, parts)
    assert list(fit.adjusted.values()) == pytest.approx(mean + proposals, abs=1e-6)
    assert list(fit.effects.values()) == pytest.approx(reviewers, abs=1e-6)


def test_who_is_kinder_is_found_and_taken_out():
    rows = [[50, 60], [60, 70], [70, None], [None, 80], [40, 50], [55, 66]]
    fit = severity(table_votes(rows))
    assert fit.effects["r001"] > 3 > -3 > fit.effects["r000"]
    assert fit.adjusted["p002"] > fit.raw["p002"] and fit.adjusted["p003"] < fit.raw["p003"]
    assert fit.adjusted["p002"] == pytest.approx(fit.adjusted["p003"], abs=2.5)


def test_units_do_not_matter():
    votes = invented(20, 6, 3)
    scaled = ballot(
        Vote(votes.proposals[i], votes.reviewers[j], 10 * y + 100)
        for i, j, y in zip(votes.i, votes.j, votes.y, strict=True)
    )
    one, ten = severity(votes), severity(scaled)
    assert ten.proposal_variance == pytest.approx(100 * one.proposal_variance, rel=1e-5)
    assert list(ten.adjusted.values()) == pytest.approx([10 * v + 100 for v in one.adjusted.values()], rel=1e-6)


def test_equal_votes_are_all_chance_of_nothing():
    fit = severity(table_votes([[3, 3], [3, 3], [3, 3]]))
    assert (fit.proposal_variance, fit.reviewer_variance, fit.error_variance) == (0, 0, 0)
    assert set(fit.adjusted.values()) == {3.0} and set(fit.effects.values()) == {0.0}


def test_reviewers_without_a_difference_have_none():
    fit = severity(table_votes([[1, 3, 2], [3, 2, 1], [2, 1, 3], [9, 9, 9]]))
    assert fit.reviewer_variance == 0 and set(fit.effects.values()) == {0.0}


def test_exact_sums_are_taken_apart():
    fit = severity(table_votes([[1, 3], [2, 4], [4, 6], [5, 7]]))
    assert fit.effects["r001"] - fit.effects["r000"] == pytest.approx(2, abs=0.01)
    assert fit.error_variance == pytest.approx(0, abs=1e-3)


@pytest.mark.parametrize("rows", [[[3, 4, 5]], [[3], [4], [5]], [[3, None], [None, 5]], [[None, None]], []])
def test_what_cannot_be_told_apart(rows):
    assert severity(table_votes(rows)) is None


def test_islands_are_counted():
    apart = [[1, 2, None, None], [2, 4, None, None], [None, None, 5, 6], [None, None, 4, 4]]
    assert severity(table_votes(apart)).islands == 2
    assert severity(table_votes(SHROUT_FLEISS)).islands == 1


def test_two_votes_of_one_person_are_refused():
    with pytest.raises(ValueError, match="two votes"):
        ballot([Vote("a", "x", 1), Vote("a", "x", 2)])
    with pytest.raises(ValueError, match="not a number"):
        ballot([Vote("a", "x", float("nan"))])
