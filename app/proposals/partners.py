"""The organisations that a proposal names as its partners, as its sealed answers tell. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.calls.form_schema import Form, Question

REVIEWER = "reviewer"


def partner_names(form: Form, answers: Mapping[str, Any]) -> tuple[str, ...]:
    """Names in the order of the answers, each once; only from questions that a reviewer may read."""
    tables = [q for s in form.sections for q in s.questions if q.kind == "partners" and q.is_visible_to(REVIEWER)]
    names = [name for question in tables for name in _names(question, answers.get(question.id))]
    return tuple(dict.fromkeys(names))


def _names(question: Question, rows: Any) -> list[str]:
    """The first column for an organisation, or else the first column."""
    columns = [c for c in question.columns if c.is_visible_to(REVIEWER)]
    column = next((c for c in columns if c.kind == "organisation"), columns[0] if columns else None)
    if column is None or not isinstance(rows, list):
        return []
    found = (row.get(column.id) for row in rows if isinstance(row, dict))
    return [name.strip() for name in found if isinstance(name, str) and name.strip()]
