"""Made-up answers, so that a manager sees a form as a reviewer reads it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from app.calls.amounts import money_answer
from app.calls.form_schema import TABLES, Form, Question
from app.calls.form_schema.checking import possible_answers

TEXT = "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut labore et dolore."
PLAIN: dict[str, Any] = {
    "short_text": "Lorem ipsum dolor",
    "long_text": f"{TEXT}\n\n{TEXT}",
    "integer": 24,
    "decimal": "12.5",
    "date": "2027-03-31",
    "email": "name@example.org",
    "url": "https://example.org/",
    "organisation": "Example Foundation",
    "consent": True,
    "country": "CD",
    "countries": ["CD", "RW"],
    "mineral": "tin",
    "minerals": ["tin", "gold"],
    "region": {"country": "CD", "region": "South Kivu"},
    "site": {"name": "Example Hill", "country": "CD", "region": "South Kivu"},
    "point": {"latitude": "-2.5", "longitude": "28.9"},
}
LOGFRAME = (
    {
        "number": "1",
        "statement": "Lorem ipsum",
        "indicator": "Dolor",
        "baseline": "0",
        "target": "100",
        "means": "Amet",
    },
    {"number": "1.1", "statement": "Sed do", "indicator": "Elit", "baseline": "0", "target": "4", "means": "Amet"},
)


def sample_answers(form: Form) -> dict[str, Any]:
    """An answer to every question but those that want files."""
    return {q.id: sample(q) for section in form.sections for q in section.questions if q.kind != "file"}


def sample(question: Question) -> Any:
    """A possible answer."""
    if question.kind == "logframe":
        return [dict(row) for row in LOGFRAME]
    if question.kind in TABLES:
        return [_row(question) for _ in range(max(2, min(question.min_rows, 3)))]
    if question.kind == "budget":
        return {line.id: _row(question) for line in question.options}
    if question.kind == "money":
        return money_answer(_amount(question), question.currency or "EUR")
    if question.kind in {"choice", "yes_no"}:
        return next(iter([o.id for o in question.options] or sorted(possible_answers(question))), None)
    if question.kind == "choices":
        return [option.id for option in question.options[:2]]
    return PLAIN.get(question.kind)


def _row(question: Question) -> dict[str, Any]:
    return {column.id: sample(column) for column in question.columns}


def _amount(question: Question) -> Decimal:
    """An amount between the bounds of the question."""
    least, most = (Decimal(bound) if bound else None for bound in (question.least, question.most))
    return most or least or Decimal(50_000)
