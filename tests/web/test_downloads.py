"""Tables for spreadsheets: values in their types, and no text that a spreadsheet would calculate."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from app.web.downloads import csv_cell, csv_download


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, ""),
        (True, "yes"),
        (12, "12"),
        (-12, "-12"),
        (Decimal("102000.00"), "102000.00"),
        (Decimal("1E+3"), "1000"),
        (date(2026, 7, 1), "2026-07-01"),
        (datetime(2026, 7, 1, 12, 30, tzinfo=UTC), "2026-07-01T12:30:00Z"),
        ("Safer shafts", "Safer shafts"),
        ("", ""),
    ],
)
def test_values_keep_their_types(value, written):
    assert csv_cell(value) == written


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "|cmd", "\t=1", "\r=1", "\n=1", "  =1", "\u00a0=1", "\ufeff=cmd|' /C calc'!A0"],
)
def test_formulas_stay_text(text):
    assert csv_cell(text) == f"'{text}"


def test_a_table_is_read_back_as_it_was(app):
    rows = [('Ré, "quoted"', 1, Decimal("0.10")), ("two\nlines", 2, None)]
    response = csv_download("März; = list.csv", ("Name", "Number", "Amount"), rows)
    assert response.mimetype == "text/csv"
    assert response.headers["Content-Disposition"].startswith('attachment; filename="M_rz____list.csv"; ')
    body = response.get_data()
    assert body.startswith(b"\xef\xbb\xbf")
    found = list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))
    assert found == [["Name", "Number", "Amount"], ['Ré, "quoted"', "1", "0.10"], ["two\nlines", "2", ""]]
