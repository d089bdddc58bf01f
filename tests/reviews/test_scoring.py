"""Points: the arithmetic is exact, and what is not scored is not zero."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.reviews import scoring


@dataclass(frozen=True)
class Criterion:
    code: str
    max: int


@dataclass(frozen=True)
class Section:
    code: str
    max: int
    minimum: int
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True)
class Rubric:
    sections: tuple[Section, ...]
    highest: int = 5
    justify: tuple[int, ...] = (1, 2, 5)


EPRM = Rubric(
    (
        Section("A", 30, 18, (Criterion("A1", 10), Criterion("A2", 10), Criterion("A3", 10))),
        Section("B", 20, 10, (Criterion("B1", 10), Criterion("B2", 5), Criterion("B3", 5))),
        Section("C", 35, 20, (Criterion("C1", 5), Criterion("C2", 10), Criterion("C3", 10), Criterion("C4", 10))),
        Section("D", 15, 9, (Criterion("D1", 10), Criterion("D2", 5))),
    )
)
CODES = [c.code for c in scoring.criteria_of(EPRM)]
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
SHEETS = st.fixed_dictionaries({code: st.integers(1, 5) for code in CODES})


def everywhere(score: int) -> dict[str, int]:
    return dict.fromkeys(CODES, score)


@pytest.mark.parametrize(("score", "total"), [(1, 20), (2, 40), (3, 60), (4, 80), (5, 100)])
def test_the_scale_runs_from_20_to_100(score, total):
    assert scoring.weighted_total(EPRM, everywhere(score)) == total


def test_one_point_of_a_small_criterion_is_one():
    assert scoring.weighted_total(EPRM, {**everywhere(3), "C1": 4}) == Decimal(61)
    assert scoring.weighted_total(EPRM, {**everywhere(3), "A1": 4}) == Decimal(62)


@UNHURRIED
@given(SHEETS)
def test_a_full_sheet_is_exact(scores):
    exact = sum(Fraction(scores[c.code] * c.max, 5) for c in scoring.criteria_of(EPRM))
    assert Fraction(scoring.weighted_total(EPRM, scores)) == exact
    assert scoring.from_hundredths(scoring.to_hundredths(scoring.weighted_total(EPRM, scores))) == exact


@UNHURRIED
@given(SHEETS)
def test_sections_add_up_to_the_total(scores):
    points = scoring.points_by_section(EPRM, scores)
    assert sum(points.values()) == scoring.weighted_total(EPRM, scores)
    assert all(points[s.code] <= s.max for s in EPRM.sections)


def test_a_scale_that_does_not_divide_stays_exact():
    thirds = Rubric((Section("A", 10, 0, (Criterion("A1", 7), Criterion("A2", 3))),), highest=3)
    total = scoring.weighted_total(thirds, {"A1": 1, "A2": 1})
    assert total == Decimal(10) / 3
    assert scoring.to_hundredths(total) == 333


def test_not_applicable_is_not_zero():
    without = {**everywhere(4), "A3": None}
    assert scoring.section_points(EPRM, EPRM.sections[0], without) == 24
    assert scoring.weighted_total(EPRM, without) == 80


def test_a_section_without_scores_leaves_the_others_their_share():
    only_a = {"A1": 4, "A2": 4, "A3": 4}
    assert scoring.points_by_section(EPRM, only_a) == {"A": Decimal(24)}
    assert scoring.weighted_total(EPRM, only_a) == 80
    assert scoring.weighted_total(EPRM, {}) == 0


def test_points_so_far_count_what_is_scored():
    assert scoring.points_so_far(EPRM, {"A1": 3, "C1": 5}) == (Decimal(11), 15)
    assert scoring.points_so_far(EPRM, {}) == (0, 0)


def test_half_a_hundredth_rounds_to_even():
    assert scoring.to_hundredths(Decimal("61.125")) == 6112
    assert scoring.to_hundredths(Decimal("61.135")) == 6114


def test_summary_of_totals():
    two = scoring.summary([Decimal("70"), Decimal("55")], 15)
    assert (two.mean, two.spread, two.diverges) == (Decimal("62.5"), 15, False)
    assert scoring.summary([Decimal("70.2"), Decimal("55")], 15).diverges
    assert scoring.summary([], 15).mean is None
    assert scoring.summary([Decimal(80)], 15).spread == 0


def test_means_of_sections():
    sheets = [{"A": Decimal(18), "B": Decimal(10)}, {"A": Decimal(17)}]
    assert scoring.mean_by_section(sheets) == {"A": Decimal("17.5"), "B": Decimal(10)}


@pytest.mark.parametrize(
    ("a", "meets"), [(Decimal(18), True), (Decimal("17.999999"), False), (Decimal(54) / 3, True), (Decimal(30), True)]
)
def test_exactly_the_minimum_is_enough(a, meets):
    means = {"A": a, "B": Decimal(10), "C": Decimal(20), "D": Decimal(9)}
    assert scoring.meets_minimums(EPRM, means) is meets
    assert scoring.below_minimums(EPRM, means) == (() if meets else ("A",))


def test_a_section_nobody_scored_is_below_its_minimum():
    assert scoring.below_minimums(EPRM, {"A": Decimal(30)}) == ("B", "C", "D")


def test_what_is_missing_is_named_in_order():
    assert scoring.unscored(EPRM, {**everywhere(3), "B2": None, "A1": None}) == ("A1", "B2")
    scores = {**everywhere(3), "A1": 5, "A2": 1, "A3": 2, "B1": 4}
    assert scoring.unreasoned(EPRM, scores, {"A2": "Because", "A3": "  "}) == ("A1", "A3")
    assert scoring.uncommented(EPRM, {"A": "Good", "B": "\n"}) == ("B", "C", "D")
