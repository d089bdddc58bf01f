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


POSITIONS = [
    "Pit at -1.964137, 30.061942 near the road",
    "1°57'50\" S 30°3'42\" E",
    "1° 57.84' S, 30° 3.7' E",
    "1 deg 57 min 50 sec S",
    "1 degré 57 min sud",
    "S 1 57 50.8, E 30 03 42",
    "1:57:50 S 30:03:42 E",
    "lat -1.96 lon 30.06",
    "Latitude: -1.96",
    "latitud 1.9641",
    "1,9641 S / 30,0619 E",
    "1.964 S, 30.061 E",
    "30.0619° E",
    "-1.234, 28.456",
    "(-1.234 28.456)",
    "shaft two: -1.234 / 28.456.",
    "1,2345; 28,4567",
    "28.4567 -1.2345",
    "1.2345 and 28.4567",
    "https://www.google.com/maps/@-1.9641,30.0619,15z",
    "geo:-1.9641,30.0619",
    "GPS 1.234 28.456",
    "the shaft is located at 1.234, 28.456",
    "coordonnées du puits : 1,234 ; 28,456",
    "ubicado en 1.234 y 28.456",
    "35M QT 18012 82757",
    "35MQT1801282757",
    "35 M 795000 9782000",
    "plus code 6GCR2377+8Q",
    "6gcr2377+8q",
    "2377+8Q Kamituga",
    "CWC8+R9 Bukavu",
    "///filled.count.soap",
    "meet at ///Montagne.rivière.été",
    "what3words: filled.count.soap",
    "https://w3w.co/filled.count.soap",
]
NO_POSITIONS = [
    "12.5 km from town",
    "1.500 and 2.000 workers",
    "1.500, 2.000 y 3.000 euros",
    "EUR 340,000.50",
    "12,500 / 13,750 USD",
    "about 1.9° S",
    "rate 0.1234",
    "rates 1.0845, 1.0912",
    "EUR/USD 1.0845 / 1.0912",
    "2026-05-04",
    "04.05.2026, 05.06.2026",
    "from 08:30:15 to 12:45:30",
    "12.345% and 13.456%",
    "12.345, 13.456 %",
    "1.2345, 1.3456 %",
    "a pump of 1.500 W",
    "2,500 W and 3,000 W generators",
    "the latest 12,500 tonnes",
    "late 12.05.2026",
    "a gallery 12.50 m long, 3.25 m wide",
    "+243 81 234 56 78",
    "081.234 112.345",
    "tel. +33.1234 56.7890",
    "version 2.10.1234",
    "Python 3.11.4, Flask 3.1.3",
    "10.0.0.1, 192.168.100.200",
    "1.234.567,89 and 2.345.678,90",
    "A+B, 2+2, C8+",
    "2345+6789",
    "25 °C, 30 °C",
    "ISO 9001:2015",
    "EPRM-26-0042",
    "IBAN BE68 5390 0754 7034",
    "https://example.org/a.b.c and file:///home.user.x",
    "see section 1.234 and 2.345",
]


@pytest.mark.parametrize("text", POSITIONS)
def test_positions_in_texts_are_found(text):
    assert names_a_position(text)


@pytest.mark.parametrize("text", NO_POSITIONS)
def test_ordinary_numbers_are_left_alone(text):
    assert not names_a_position(text)


LATITUDES, LONGITUDES = (st.decimals(-limit, limit, places=4, allow_nan=False) for limit in (90, 180))


@given(
    LATITUDES,
    LONGITUDES,
    st.sampled_from([", ", " ", "; ", " / ", ",", " and "]),
    st.sampled_from(["", "At ", "the pit ("]),
)
def test_every_pair_with_four_decimals_is_found(latitude, longitude, between, before):
    assert names_a_position(f"{before}{latitude}{between}{longitude}")


@given(
    st.decimals(-90, 0, places=3, allow_nan=False),
    st.decimals(-180, 180, places=3, allow_nan=False),
    st.sampled_from([", ", " ", "; "]),
)
def test_every_pair_with_a_minus_and_three_decimals_is_found(latitude, longitude, between):
    assert names_a_position(f"Pit {latitude}{between}{longitude}") or not str(latitude).startswith("-")


AMOUNTS = st.integers(0, 10**9)
ORDINARY = st.one_of(
    AMOUNTS.map(lambda n: f"EUR {n:,}"),
    AMOUNTS.map(lambda n: f"{n:,}".replace(",", ".") + " euros"),
    AMOUNTS.map(lambda n: f"{n:,}.{n % 100:02}"),
    AMOUNTS.map(lambda n: f"{n:,}".replace(",", " ") + " USD"),
    st.dates().map(str),
    st.dates().map(lambda d: f"{d.day:02}.{d.month:02}.{d.year:04}"),
    st.dates().map(lambda d: f"{d.month}/{d.day}/{d.year}"),
    st.times().map(lambda t: t.strftime("%H:%M:%S")),
    st.decimals(0, 100, places=2, allow_nan=False).map(lambda d: f"{d}%"),
    st.decimals(0, 100, places=4, allow_nan=False).map(lambda d: f"{d} %"),
    st.lists(st.integers(10, 99), min_size=4, max_size=5).map(lambda n: "+243 " + " ".join(map(str, n))),
    st.lists(st.integers(0, 40), min_size=2, max_size=4).map(lambda n: "v" + ".".join(map(str, n))),
    st.integers(1, 9999).map(lambda n: f"MINE-CD-{n:04}"),
)


@given(st.lists(ORDINARY, min_size=1, max_size=6), st.sampled_from([" ", ", ", "; ", " / ", " and ", ". "]))
def test_money_dates_shares_phones_and_versions_are_left_alone(parts, between):
    assert not names_a_position(between.join(parts))


@given(st.text(alphabet="0123456789.,+-°'/ NSEW:", max_size=4000))
def test_a_text_of_any_kind_is_answered_quickly(text):
    from time import perf_counter

    began = perf_counter()
    names_a_position(text)
    assert perf_counter() - began < 1
