"""Ranking: minimums, ties, and the funding line."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.decisions.ranking import Candidate, Rules, fund, rank

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
RULES = Rules(pass_total=60, minimums={"A": 18, "B": 10, "C": 20, "D": 9}, ties=("A", "C"))
GOOD = {"A": Decimal(24), "B": Decimal(16), "C": Decimal(28), "D": Decimal(12)}


def candidate(key, mean=80, asked=100_000_00, rate=None, **sections):
    points = {**GOOD, **{code: Decimal(value) for code, value in sections.items()}}
    return Candidate(key, f"EPRM-26-{key}", asked, None if mean is None else Decimal(mean), points, rate)


def order(*candidates):
    return [(r.candidate.key, r.rank) for r in rank(candidates, RULES)]


def test_the_higher_mean_comes_first():
    assert order(candidate("x", "70.5"), candidate("y", "70.6")) == [("y", 1), ("x", 2)]


def test_ties_go_by_a_then_c_then_lower_rate():
    assert order(candidate("x", A=20), candidate("y", A=21)) == [("y", 1), ("x", 2)]
    assert order(candidate("x", C=25), candidate("y", C=26)) == [("y", 1), ("x", 2)]
    assert order(candidate("x", A=21, C=20), candidate("y", A=20, C=35)) == [("x", 1), ("y", 2)]
    half, more = Decimal("0.5"), Decimal("0.7")
    assert order(candidate("x", rate=more), candidate("y", rate=half)) == [("y", 1), ("x", 2)]
    assert order(candidate("x"), candidate("y", rate=more)) == [("y", 1), ("x", 2)]


def test_b_and_d_break_no_tie():
    ranked = rank([candidate("y", B=20, D=15), candidate("x")], RULES)
    assert [(r.candidate.key, r.rank, r.tied) for r in ranked] == [("x", 1, True), ("y", 1, True)]


def test_equal_means_of_thirds_are_equal():
    assert order(candidate("y", Decimal(200) / 3), candidate("x", Decimal(400) / 6)) == [("x", 1), ("y", 1)]


def test_after_a_tie_a_rank_is_left_out():
    assert order(candidate("a"), candidate("b"), candidate("c", 70)) == [("a", 1), ("b", 1), ("c", 3)]


@pytest.mark.parametrize(("mean", "passes"), [("60", True), ("59.99", False), (None, False)])
def test_the_pass_mark(mean, passes):
    assert rank([candidate("x", mean)], RULES)[0].passes is passes


@pytest.mark.parametrize("code", "ABCD")
def test_each_minimum_alone_fails_the_best(code):
    best = candidate("x", 99, **{code: RULES.minimums[code] - Decimal("0.01")})
    ranked = rank([best, candidate("y", 60)], RULES)
    assert [(r.candidate.key, r.rank, r.below) for r in ranked] == [("y", 1, ()), ("x", None, (code,))]


def lines(left, *candidates, skips=frozenset(), beyond="reserve"):
    found = fund(rank(candidates, RULES), left, skips, beyond)
    return [(x.ranked.candidate.key, x.outcome, x.amount_minor, x.running_minor) for x in found]


def test_funding_ends_at_the_first_that_does_not_fit_whole():
    three = candidate("a", 90, 60), candidate("b", 85, 50), candidate("c", 80, 10)
    assert lines(100, *three) == [("a", "awarded", 60, 60), ("b", "reserve", 0, 110), ("c", "reserve", 0, 120)]
    assert [x.stops for x in fund(rank(three, RULES), 100)] == [False, True, False]


def test_exactly_the_ceiling_fits():
    assert lines(110, candidate("a", 90, 60), candidate("b", 85, 50))[1] == ("b", "awarded", 50, 110)
    assert lines(109, candidate("a", 90, 60), candidate("b", 85, 50))[1] == ("b", "reserve", 0, 110)


def test_a_recorded_choice_skips_one_and_goes_on():
    three = candidate("a", 90, 60), candidate("b", 85, 50), candidate("c", 80, 40)
    found = lines(100, *three, skips={"b"})
    assert found == [("a", "awarded", 60, 60), ("b", "reserve", 0, 60), ("c", "awarded", 40, 100)]


def test_what_fits_cannot_be_skipped():
    assert lines(100, candidate("a", 90, 60), skips={"a"}) == [("a", "awarded", 60, 60)]


def test_below_a_minimum_is_declined_and_takes_no_money():
    found = lines(1000, candidate("a", 90, 60, A=17), candidate("b", 61, 50))
    assert found == [("b", "awarded", 50, 50), ("a", "declined", 0, None)]


def test_without_a_reserve_list_the_rest_is_declined():
    assert lines(10, candidate("a", 90, 60), beyond="declined") == [("a", "declined", 0, 60)]


CANDIDATES = st.lists(
    st.builds(
        lambda n, mean, asked: candidate(f"{n:04}", mean, asked),
        st.integers(0, 9999),
        st.integers(50, 100),
        st.integers(1, 1000),
    ),
    unique_by=lambda c: c.key,
    max_size=12,
)


@UNHURRIED
@given(CANDIDATES, st.integers(0, 3000), st.randoms())
def test_awards_never_pass_the_ceiling_and_order_does_not_depend_on_input(candidates, left, shuffler):
    found = fund(rank(candidates, RULES), left)
    assert sum(x.amount_minor for x in found) <= left
    awarded = [x.outcome == "awarded" for x in found]
    assert awarded == sorted(awarded, reverse=True), "nobody is funded past the line"
    shuffled = list(candidates)
    shuffler.shuffle(shuffled)
    assert fund(rank(shuffled, RULES), left) == found
