"""Answers as a browser would post them, so that a world goes the same way as a person. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from app.calls.form_schema import TABLES, Form, Question


def fields_of(form: Form, section_id: str, answers: Mapping[str, Any]) -> dict[str, list[str]]:
    """The fields of one section: ``id``, ``id.ROW.column`` in tables, ``id.LINE.column`` in budgets."""
    section = form.section(section_id)
    fields: dict[str, list[str]] = {}
    for question in section.questions if section else ():
        if question.id in answers:
            fields.update(_fields(question, answers[question.id]))
    return fields


def _fields(question: Question, value: Any) -> Iterator[tuple[str, list[str]]]:
    if question.kind in TABLES:
        for number, row in enumerate(value):
            for column, cell in row.items():
                yield f"{question.id}.{number}.{column}", _typed(cell)
    elif question.kind == "budget":
        for line, cells in value.items():
            for column, cell in cells.items():
                yield f"{question.id}.{line}.{column}", _typed(cell)
    else:
        yield question.id, _typed(value)


def _typed(value: Any) -> list[str]:
    if isinstance(value, list):
        return [str(v) for v in value]
    if isinstance(value, dict):
        return [str(value["amount"])]
    return ["yes" if value is True else str(value)]
