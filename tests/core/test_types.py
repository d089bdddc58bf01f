"""Value types: ids that sort by time, exact money."""

from decimal import Decimal

import pytest

from app.core.types import Money, new_id


def test_ids_are_version_7_and_sort_by_time():
    ids = [new_id() for _ in range(50)]
    assert all(i.version == 7 and i.variant == "specified in RFC 4122" for i in ids)
    assert ids[0].int >> 80 <= ids[-1].int >> 80


@pytest.mark.parametrize(
    ("amount", "currency", "percentages"),
    [
        ("100.00", "EUR", [33, 33, 34]),
        ("340000.01", "EUR", [30, 30, 30, 10]),
        ("7", "JPY", [30, 30, 40]),
        ("1.001", "KWD", [50, 50]),
    ],
)
def test_split_sums_exactly(amount, currency, percentages):
    whole = Money(Decimal(amount), currency)
    assert sum(p.minor for p in whole.split(percentages)) == whole.minor


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "1.001"])
def test_money_refuses_what_is_no_amount(amount):
    with pytest.raises((ValueError, ArithmeticError)):
        Money(Decimal(amount), "EUR")


def test_money_refuses_floats_and_mixed_currencies():
    with pytest.raises(ValueError):
        Money(1.5, "EUR")  # type: ignore[arg-type]
    with pytest.raises(ValueError):
        Money(Decimal("1"), "EUR") + Money(Decimal("1"), "USD")


def test_minor_units_round_trip():
    assert Money.from_minor(34000001, "EUR").amount == Decimal("340000.01")
    assert Money.from_minor(7, "JPY").minor == 7
