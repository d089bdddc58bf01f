"""What a name in an expression stands for: an answer, a part of it, a column of a table, a sum of a budget."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from app.calls.amounts import number_of
from app.calls.form_schema import budget
from app.calls.form_schema.expressions import read_day
from app.calls.form_schema.flaws import is_empty
from app.calls.form_schema.types import LISTS, NUMBERS, PARTS, TABLES, Question

# Where no expression may look: files are not among the answers, and positions are encrypted.
UNSEEN = frozenset({"file", "point"})


def parts_of(question: Question) -> frozenset[str]:
    """The names that may stand after the dot."""
    if question.kind in TABLES:
        return frozenset(column.id for column in question.columns if column.kind not in UNSEEN)
    if question.kind == "budget":
        years = (f"year{number}" for number in range(1, question.years + 1))
        names = (option.id for option in (*question.options, *question.sources))
        return frozenset({"total", *years, *names, *(["free"] if question.free_lines else [])})
    return frozenset(PARTS.get(question.kind, ()))


def value_of(question: Question, answer: Any, part: str = "") -> Any:
    """The value of an answer, or of a part of it."""
    if question.kind in TABLES:
        return _rows(question, answer, part)
    if question.kind == "budget":
        return _exact(_sum(question, answer, part))
    if question.kind in PARTS:
        return _part(question, answer, part)
    return _plain(question, answer)


def _plain(question: Question, answer: Any) -> Any:
    if question.kind in NUMBERS:
        number = number_of(answer)
        return None if number is None else _exact(number)
    if question.kind == "date":
        return read_day(answer)
    if question.kind == "consent":
        return "yes" if answer is True else None
    if question.kind in LISTS:
        return [v for v in answer if isinstance(v, str)] if isinstance(answer, list) else []
    return answer if isinstance(answer, str) and answer else None


def _exact(number: Decimal) -> Fraction:
    return Fraction(number)


def _part(question: Question, answer: Any, part: str) -> Any:
    cells = answer if isinstance(answer, dict) else {}
    names = [part] if part else list(PARTS[question.kind])
    found = next((cells[name] for name in names if cells.get(name)), None)
    return found if isinstance(found, str) else None


def _rows(question: Question, answer: Any, part: str) -> list[Any]:
    rows = [row for row in answer if isinstance(row, dict)] if isinstance(answer, list) else []
    filled = [row for row in rows if not is_empty(row)]
    column = next((c for c in question.columns if c.id == part), None)
    if column is None:
        return [True for _ in filled]
    found = [value_of(column, row.get(part)) for row in filled]
    return [v for value in found for v in (value if isinstance(value, list) else [value])]


def _sum(question: Question, answer: Any, part: str) -> Decimal:
    sums = budget.totals(question, answer)
    if part in {"", "total"}:
        return sums.total
    if part in sums.sources:
        return sums.sources[part]
    if part == "free":
        return sum((sums.lines[line] for line in budget.free_line_ids(question)), Decimal(0))
    if part.startswith("year") and part[4:].isdigit():
        return sums.years.get(int(part[4:]), Decimal(0))
    return sums.lines.get(part, Decimal(0))


def tagged(value: Any) -> Any:
    """A value as JSON that keeps its type, for the page: ``["n", "1/3"]``, ``["d", "2026-03-31"]``, plain texts and lists."""
    if isinstance(value, Fraction):
        return ["n", str(value)]
    if isinstance(value, date):
        return ["d", value.isoformat()]
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ["l", [tagged(v) for v in value]]
    return value
