"""Which questions are asked, given the answers so far."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from app.calls.amounts import number_of
from app.calls.form_schema.types import Answers, Form, Question, Section


def is_shown(form: Form, question: Question, answers: Answers) -> bool:
    """Whether a question is asked; one that hangs on a question that is not asked is not asked either."""
    condition = question.show_if
    if condition is None:
        return True
    asked = form.question(condition.question)
    if asked is None or not is_shown(form, asked, answers):
        return False
    value = answers.get(condition.question)
    if condition.above is not None:
        number = number_of(value)
        return number is not None and number > Decimal(condition.above)
    wanted = {condition.equals} if condition.equals is not None else set(condition.among)
    return bool(wanted & _chosen(value))


def _chosen(value: Any) -> set[str]:
    if isinstance(value, list):
        return {str(v) for v in value}
    if isinstance(value, bool):
        return {"yes" if value else "no"}
    return {str(value)}


def shown_questions(form: Form, section: Section, answers: Answers) -> Iterator[Question]:
    """The questions of a section that are asked."""
    return (q for q in section.questions if is_shown(form, q, answers))
