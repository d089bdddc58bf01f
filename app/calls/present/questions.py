"""Questions and answers as templates need them: labels in one language, options, rows, errors beside their field."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

from app.calls.form_schema import Known, Problem, Question, text
from app.calls.present.fields import (
    CheckView,
    QuestionView,
    chosen,
    country_options,
    errors_by_name,
    head,
    mineral_names,
    mineral_options,
    options_of,
    parts_view,
    problem_text,
    reading_value,
)
from app.calls.present.sites import sites_once
from app.calls.present.tables import budget_sums, edit_rows, may_add, may_remove, reading_columns, reading_rows

__all__ = [
    "QuestionView", "answer_view", "country_options", "mineral_names", "mineral_options", "problem_text", "question_view",
]  # fmt: skip


def question_view(
    question: Question,
    answer: Any,
    *,
    language: str,
    problems: Iterable[Problem] = (),
    warnings: Iterable[Problem] = (),
    checks: Iterable[CheckView] = (),
    files: Sequence[Any] = (),
    saved_state: str | None = None,
    extra_rows: int = 0,
    required: bool | None = None,
    hidden: bool = False,
    known: Known | None = None,
) -> QuestionView:
    """A question to be answered. ``problems`` may be those of the whole section; ``extra_rows`` adds empty rows.

    ``required``, ``hidden``: as conditions decide now; ``known``: all answers, for the conditions of columns.
    """
    errors = errors_by_name(question, problems)
    rows = edit_rows(question, answer, language, errors, extra_rows, known)
    return QuestionView(
        **_asked(question, language),
        required=question.required if required is None else required,
        value=answer,
        errors=tuple(errors.get(question.id, ())),
        warnings=tuple(chain.from_iterable(errors_by_name(question, warnings).values())),
        checks=tuple(checks),
        saved_state=saved_state,
        files=tuple(files),
        rows=rows,
        sums=budget_sums(question, answer, language),
        parts=parts_view(question, question.id, answer),
        can_add=may_add(question, rows),
        can_remove=may_remove(question, rows),
        hidden=hidden,
    )


def _asked(question: Question, language: str) -> dict[str, Any]:
    """What is asked, whatever the answer is."""
    return {
        **head(question, language, question.id),
        "may_be_required": question.require_if is not None,
        "options": options_of(question, language),
        "columns": tuple(text(c.label, language) for c in question.columns),
        "sites": sites_once(question),
    }


def answer_view(
    question: Question, answer: Any, *, language: str, files: Sequence[Any] = (), known: Known | None = None
) -> QuestionView:
    """A question with its answer to be read: dates, amounts and numbers in the reader's way of writing."""
    return QuestionView(
        **head(question, language, question.id),
        required=question.required,
        value=reading_value(question, answer),
        options=chosen(question, answer, language),
        files=tuple(files),
        rows=reading_rows(question, answer, language, known),
        columns=reading_columns(question, language),
        sums=budget_sums(question, answer, language) if question.years or question.sources else (),
    )
