"""Answers as a browser would post them, so that a world goes the same way as a person. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from app.calls.form_schema import PARTS, TABLES, Form, Question, without_row_keys


def fields_of(form: Form, section_id: str, answers: Mapping[str, Any]) -> dict[str, list[str]]:
    """The fields of one section: ``id``, ``id.ROW.column`` in tables, ``id.LINE.column`` in budgets."""
    section = form.section(section_id)
    fields: dict[str, list[str]] = {}
    for question in section.questions if section else ():
        if question.id in answers:
            fields.update(_fields(question, answers[question.id]))
    return fields


def _fields(question: Question, value: Any) -> Iterator[tuple[str, list[str]]]:
    rows: Iterable[tuple[str, Mapping[str, Any]]] = ()
    if question.kind in TABLES:
        rows = ((str(number), row) for number, row in enumerate(value))
    elif question.kind == "budget":
        rows = value.items()
    else:
        yield from _inputs(question.kind, question.id, value)
    kinds = {column.id: column.kind for column in question.columns}
    for key, row in rows:
        for column, cell in without_row_keys(row).items():
            yield from _inputs(kinds.get(column, ""), f"{question.id}.{key}.{column}", cell)


def _inputs(kind: str, name: str, value: Any) -> Iterator[tuple[str, list[str]]]:
    """The inputs of one answer: several where its kind has parts."""
    if kind in PARTS:
        yield from ((f"{name}.{part}", [str(value[part])]) for part in PARTS[kind] if value.get(part))
    else:
        yield name, _typed(value)


def _typed(value: Any) -> list[str]:
    if isinstance(value, list):
        return [str(v) for v in value]
    if isinstance(value, dict):
        return [str(value["amount"])]
    return ["yes" if value is True else str(value)]
