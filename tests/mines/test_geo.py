"""Reading degrees, the cell of a position, and positions hidden in texts."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.mines.geo import Cell, cell_of, names_a_position, parse_degrees

READINGS = [
    ("-1.964137", 90, "-1.964137"),
    ("1,964137 S", 90, "-1.964137"),
    ("S 1.5", 90, "-1.500000"),
    ("−1.5", 90, "-1.500000"),
    ("1° 57' 50.8\" S", 90, "-1.964111"),
    ("30°03'42\"E", 180, "30.061667"),
    ("12:30:00 W", 180, "-12.500000"),
    ("74,5 O", 180, "-74.500000"),
    ("90", 90, "90.000000"),
    ("-180", 180, "-180.000000"),
]
NOT_DEGREES = [
    ("", 90),
    ("abc", 90),
    ("90.1", 90),
    ("-180.5", 180),
    ("-1.5 S", 90),
    ("S 1.5 S", 90),
    ("1.5 E", 90),
    ("1.5 N", 180),
    ("1° 61' 0\" S", 90),
    ("1 2 3 4", 90),
    ("NaN", 90),
    ("1e9", 90),
]


@pytest.mark.parametrize(("text", "limit", "expected"), READINGS)
def test_degrees_are_read_as_people_write_them(text, limit, expected):
    assert parse_degrees(text, limit) == Decimal(expected)


@pytest.mark.parametrize(("text", "limit"), NOT_DEGREES)
def test_what_is_not_a_position_is_refused(text, limit):
    assert parse_degrees(text, limit) is None


@given(
    st.decimals(-90, 90, places=6, allow_nan=False),
    st.decimals(-180, 180, places=6, allow_nan=False),
)
def test_the_cell_contains_the_position(latitude, longitude):
    cell = cell_of(latitude, longitude)
    assert Decimal(cell.lat10) / 10 <= latitude <= Decimal(cell.lat10 + 1) / 10
    assert Decimal(cell.lon10) / 10 <= longitude <= Decimal(cell.lon10 + 1) / 10
    assert -900 <= cell.lat10 < 900
    assert -1800 <= cell.lon10 < 1800


def test_cells_round_down_on_both_sides_of_zero():
    assert cell_of(Decimal("-0.01"), Decimal("0.01")) == Cell(-1, 0)
    assert cell_of(Decimal("-2.0"), Decimal("30.0")) == Cell(-20, 300)
    assert cell_of(Decimal("-1.964137"), Decimal("30.061942")) == cell_of(Decimal("-1.9999"), Decimal("30.0"))


@pytest.mark.parametrize(
    "text",
    [
        "Pit at -1.964137, 30.061942 near the road",
        "1°57'50\" S 30°3'42\" E",
        "lat -1.96 lon 30.06",
        "1,9641 S / 30,0619 E",
        "30.0619° E",
        "35M QT 18012 82757",
        "35 M 795000 9782000",
        "plus code 6GCR2377+8Q",
    ],
)
def test_positions_in_texts_are_found(text):
    assert names_a_position(text)


@pytest.mark.parametrize(
    "text",
    ["12.5 km from town", "1.500 and 2.000 workers", "EUR 340,000.50", "about 1.9° S", "rate 0.1234", "2026-05-04"],
)
def test_ordinary_numbers_are_left_alone(text):
    assert not names_a_position(text)
