"""Amounts as people type them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.calls.amounts import decimals_of, money_answer, number_of, read_number, written


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("340000", "340000"),
        ("340 000,50", "340000.50"),
        ("340.000,50", "340000.50"),
        ("340,000.50", "340000.50"),
        ("340,000", "340000"),
        ("340.000", "340000"),
        ("1.142.857,15", "1142857.15"),
        ("1'142'857.15", "1142857.15"),
        ("€ 5", "5"),
        ("EUR 5,5", "5.5"),
        ("\u00a07\u202f000 ", "7000"),
        ("0", "0"),
        ("5.", "5"),
    ],
)
def test_read(typed, amount):
    assert read_number(typed, 2) == Decimal(amount)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "abc",
        "12a",
        "-5",
        "1e5",
        "NaN",
        "Infinity",
        "١٢٣",
        "12,34,56",
        "1.2.3",
        "1,2345",
        ".5",
        "9" * 14,
        "1,000.0.0",
    ],
)
def test_not_read(typed):
    assert read_number(typed, 2) is None


def test_whole_numbers_take_no_fraction():
    assert read_number("12,5", 0) is None
    assert read_number("12.000", 0) == 12000


@settings(deadline=None, max_examples=60)
@given(st.integers(min_value=0, max_value=10**14 - 1))
def test_what_is_written_is_read_again(cents):
    amount = Decimal(cents) / 100
    answer = money_answer(amount, "EUR")
    assert number_of(answer) == amount
    assert read_number(answer["amount"], 2) == amount
    assert read_number(written(amount, "EUR"), 2) == amount


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=20))
def test_reading_never_crashes(text):
    read_number(text, 2)
    number_of(text)


def test_currencies_have_their_decimals():
    assert (decimals_of("EUR"), decimals_of("RWF"), decimals_of("TND")) == (2, 0, 3)
