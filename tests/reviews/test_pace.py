"""The forecast of a round and the fairness of its loads, against figures worked out by hand and general properties."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.reviews import pace

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Sheet:
    state: str = "draft"
    due_at: datetime = NOW + 7 * DAY
    submitted_at: datetime | None = None
    total_hundredths: int | None = None
    assessing: bool = True
    proposal_id: int = 1
    reviewer_id: int = 1


def came(days_ago, late_by=0, **more):
    at = NOW - days_ago * DAY
    return Sheet("submitted", at - late_by * DAY, at, 7000, **more)


def test_a_tally_counts_what_is_open_late_and_unanswered():
    sheets = [
        Sheet("invited"), Sheet("draft", NOW), Sheet("reopened", NOW - DAY), came(3), Sheet("declined"),
        Sheet("draft", NOW - DAY, assessing=False),
    ]  # fmt: skip
    assert pace.tally(sheets, NOW) == pace.Tally(live=5, delivered=1, open=3, late=2, unanswered=1)


def test_the_pace_of_the_last_days_counts_when_it_is_slower_than_the_due_dates():
    """6 came in 14 days, so 10 take 10 / (6/14) = 23.3 → 24 days; the last is due in 7."""
    sheets = [*(came(d) for d in (1, 2, 3, 8, 9, 13)), came(15), *(Sheet() for _ in range(10))]
    found = pace.forecast(sheets, NOW)
    assert (found.open, found.recent, found.pace_days, found.delay_days) == (10, 6, 24, 0)
    assert found.expected == NOW + 24 * DAY


def test_due_dates_with_the_usual_delay_count_when_they_are_later():
    """Late by 0, 2, 4, 5, 9: the median is 4."""
    sheets = [*(came(1, late) for late in (0, 2, 4, 5, 9)), Sheet(due_at=NOW + 3 * DAY), Sheet(due_at=NOW + 9 * DAY)]
    found = pace.forecast(sheets, NOW)
    assert (found.pace_days, found.delay_days) == (6, 4)
    assert found.expected == NOW + 13 * DAY


def test_too_little_says_so():
    found = pace.forecast([came(1), came(2), Sheet()], NOW)
    assert (found.pace_days, found.delay_days, found.expected) == (None, None, NOW + 7 * DAY)
    assert pace.forecast([came(1)], NOW).expected is None
    assert pace.forecast([], NOW) == pace.Forecast(0, 0, 0)


sheets = st.builds(
    Sheet,
    state=st.sampled_from(["invited", "accepted", "draft", "submitted", "reopened", "final", "declined", "recused"]),
    due_at=st.integers(-40, 40).map(lambda d: NOW + d * DAY),
    submitted_at=st.none() | st.integers(-40, 0).map(lambda d: NOW + d * DAY),
    assessing=st.booleans(),
)


@given(st.lists(sheets))
def test_a_forecast_never_lies_in_the_past_nor_before_the_last_due_date(found):
    told = pace.forecast(found, NOW)
    if told.expected is None:
        assert told.open == 0
    else:
        assert told.expected >= max(NOW, told.last_due)


def test_fairness_by_hand():
    """Loads 2/4, 4/4, 6/4, 0/4 → 50, 100, 150, 0 %: Jain 300² / (4 · 35000) = 0.643."""
    found = pace.fairness({"a": 2, "b": 4, "c": 6, "e": 1}, {"a": 4, "b": 4, "c": 4, "d": 4})
    assert found == pace.Fairness(reviewers=4, unknown=1, over=1, least=0, middle=75, most=150, evenness=64)
    assert pace.fairness({"a": 3}, {}) is None
    assert pace.fairness({"a": 3}, {"a": 0}) is None


@given(st.dictionaries(st.integers(0, 30), st.integers(0, 20)), st.dictionaries(st.integers(0, 30), st.integers(0, 20)))
def test_evenness_is_between_one_share_and_all(loads, capacities):
    found = pace.fairness(loads, capacities)
    if found:
        assert 100 // found.reviewers - 1 <= found.evenness <= 100
        assert found.least <= found.middle <= found.most
        shares = [100 * loads.get(p, 0) / c for p, c in capacities.items() if c]
        assert found.middle == pytest.approx(median(shares), abs=1)
