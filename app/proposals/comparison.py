"""What differs between two versions of the answers to one form. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.calls.form_schema import Form, Question, Section, is_empty


@dataclass(frozen=True)
class Difference:
    """A question that is answered differently; for files the values are lists of names with their hashes."""

    section: Section
    question: Question
    before: Any
    after: Any


def compare(
    form: Form,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    files_before: Mapping[str, Any] | None = None,
    files_after: Mapping[str, Any] | None = None,
) -> list[Difference]:
    """Every question whose answer or files differ, in the order of the form; empty answers are all alike."""
    found = []
    for section in form.sections:
        for question in section.questions:
            sources = (files_before or {}, files_after or {}) if question.kind == "file" else (before, after)
            old, new = (source.get(question.id) for source in sources)
            if old != new and not (is_empty(old) and is_empty(new)):
                found.append(Difference(section, question, old, new))
    return found
