"""The fields of a page by their names: what answers hold under each, how a page remembers what it showed. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from app.calls.form_schema import is_empty, row_at, without_row_keys

Answers = Mapping[str, Any]


def question_of(name: str) -> str:
    """The question that a field belongs to."""
    return name.partition(".")[0]


def value_at(answers: Answers, name: str) -> Any:
    """What answers hold under a field's name: a question's answer, a cell of a table, a part of an answer."""
    question, *parts = name.split(".")
    value = answers.get(question)
    for part in parts:
        if isinstance(value, list):
            value = row_at(value, part)
        elif isinstance(value, dict):
            value = value.get(part)
    return without_row_keys(value)


def same(one: Any, other: Any) -> bool:
    """Whether two values say the same; empty ones are all alike."""
    return bool(one == other) or (is_empty(one) and is_empty(other))


def mark_of(value: Any) -> str:
    """A short mark of a value, by which a page can later tell whether it was changed on it; empty values have none."""
    if is_empty(value):
        return ""
    text = json.dumps(value, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def marks_of(answers: Answers, names: Iterable[str]) -> dict[str, str]:
    """The marks of the fields of a page."""
    return {name: mark_of(value_at(answers, name)) for name in names}


def posted_values(value: Any) -> list[str] | None:
    """A value as a page would post it; nothing when it is no single field."""
    if is_empty(value):
        return []
    if isinstance(value, dict):
        return [str(value["amount"])] if "amount" in value else None
    if isinstance(value, list):
        return None if any(isinstance(v, dict) for v in value) else [str(v) for v in value]
    return ["yes" if value is True else "no" if value is False else str(value)]
