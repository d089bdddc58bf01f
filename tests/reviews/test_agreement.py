"""Agreement: the published tables to the digits printed, and what a table cannot tell is None."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.reviews.numbers.agreement import alpha, icc, icc_of_components
from app.reviews.numbers.severity import severity
from tests.reviews.numbers_cases import KRIPPENDORFF_2011, SHROUT_FLEISS, THREE_CODERS, published, table_votes

LEVELS = ("nominal", "ordinal", "interval", "ratio")


def test_the_six_coefficients_of_shrout_and_fleiss():
    found = icc(SHROUT_FLEISS)
    singles = (found.one_way_1, found.two_way_1, found.fixed_1)
    assert np.round(singles, 6).tolist() == [0.165742, 0.289764, 0.714841]
    assert np.round((found.one_way_k, found.two_way_k, found.fixed_k), 6).tolist() == [0.442797, 0.620051, 0.909316]
    squares = found.squares
    mean_squares = (squares.between, squares.within, squares.judges, squares.error)
    assert np.round(mean_squares, 4).tolist() == [11.2417, 6.2639, 32.4861, 1.0194]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (KRIPPENDORFF_2011, (0.743421, 0.815388, 0.849107, 0.797403)),
        (THREE_CODERS, (0.691358, 0.806721, 0.810845, 0.808944)),
    ],
)
def test_alpha_of_krippendorff(rows, expected):
    assert tuple(round(alpha(rows, level), 6) for level in LEVELS) == expected


def test_the_shared_tables():
    tables = json.loads((published() / "expected.json").read_text())
    case = tables["shrout_fleiss_1979"]
    found = icc(case["data"])
    names = ("one_way_1", "two_way_1", "fixed_1", "one_way_k", "two_way_k", "fixed_k")
    for name, key in zip(names, ("ICC11", "ICC21", "ICC31", "ICC1k", "ICC2k", "ICC3k"), strict=True):
        assert getattr(found, name) == pytest.approx(case["icc"][key], abs=1e-6)
    for name, value in case["ms"].items():
        assert getattr(found.squares, name) == pytest.approx(value, abs=1e-6)
    for case in tables["krippendorff"].values():
        for level in LEVELS:
            assert alpha(case["rows"], level) == pytest.approx(case[level], abs=1e-6)


def test_variances_give_the_coefficients_of_a_complete_table():
    fit = severity(table_votes(SHROUT_FLEISS))
    parts = (fit.proposal_variance, fit.reviewer_variance, fit.error_variance)
    assert icc_of_components(*parts, 1) == pytest.approx(0.289764, abs=1e-6)
    assert icc_of_components(*parts, 4) == pytest.approx(0.620051, abs=1e-6)
    assert icc_of_components(*parts, 4, fixed=True) == pytest.approx(0.909316, abs=1e-6)


def test_a_published_section_from_its_variances():
    """SNSF, section three: variances by lme4, ICC3 printed as .85."""
    assert round(icc_of_components(1.175656, 0.015319, 0.209077, 1, fixed=True), 4) == 0.8490


def brute_alpha(rows, level):
    """Krippendorff's coincidence matrix, written out."""
    units = [[v for v in column if v is not None] for column in zip(*rows, strict=True)]
    units = [unit for unit in units if len(unit) > 1]
    values = sorted({v for unit in units for v in unit})
    o = {(c, k): 0.0 for c in values for k in values}
    for unit in units:
        for a in range(len(unit)):
            for b in range(len(unit)):
                if a != b:
                    o[unit[a], unit[b]] += 1 / (len(unit) - 1)
    n = {c: sum(o[c, k] for k in values) for c in values}
    total = sum(n.values())

    def delta(c, k):
        if level == "nominal":
            return float(c != k)
        if level == "interval":
            return (c - k) ** 2
        if level == "ratio":
            return ((c - k) / (c + k)) ** 2 if c + k else 0.0
        low, high = min(c, k), max(c, k)
        return (sum(n[g] for g in values if low <= g <= high) - (n[c] + n[k]) / 2) ** 2 if c != k else 0.0

    expected = sum(n[c] * n[k] * delta(c, k) for c in values for k in values)
    if not expected:
        return None
    return 1 - (total - 1) * sum(o[c, k] * delta(c, k) for c in values for k in values) / expected


TABLES = st.integers(2, 5).flatmap(
    lambda width: st.lists(
        st.lists(st.one_of(st.none(), st.integers(0, 5)), min_size=width, max_size=width), min_size=2, max_size=6
    )
)


@given(TABLES, st.sampled_from(LEVELS))
@settings(deadline=None, max_examples=150)
def test_alpha_of_any_table_is_what_the_definition_says(rows, level):
    found, expected = alpha(rows, level), brute_alpha(rows, level)
    assert (found is None) == (expected is None)
    if found is not None:
        assert found == pytest.approx(expected, abs=1e-9) and not math.isnan(found)


@pytest.mark.parametrize(
    "rows", [[], [[]], [[1, 2, 3]], [[None, None], [None, None]], [[1, None], [None, 2]], [[3, 3], [3, 3]]]
)
def test_alpha_that_nothing_tells(rows):
    assert all(alpha(rows, level) is None for level in LEVELS)


def test_a_ratio_has_no_negative_values():
    assert alpha([[-1, 2], [1, 2]], "ratio") is None


def test_full_agreement_is_one():
    assert all(alpha([[1, 2, 3], [1, 2, 3]], level) == 1 for level in LEVELS)


@pytest.mark.parametrize("table", [[], [[1, 2, 3]], [[1], [2], [3]]])
def test_no_coefficient_of_one_target_or_one_judge(table):
    assert icc(table) is None


def test_no_coefficient_where_all_is_equal():
    found = icc([[3, 3], [3, 3], [3, 3]])
    assert (found.one_way_1, found.two_way_k, found.fixed_k) == (None, None, None)


def test_a_table_with_holes_is_refused():
    with pytest.raises(ValueError, match="not complete"):
        icc([[1, 2], [1]])


def test_judges_who_differ_by_a_constant_agree_wholly_but_for_their_kindness():
    found = icc([[1, 3], [2, 4], [4, 6]])
    assert found.fixed_1 == 1.0 and found.two_way_1 < 1.0
