"""The lines of a sealed budget that a reviewer may remark on. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.calls.form_schema import Form, Question
from app.calls.form_schema.budget import LABEL, line_ids, totals

REVIEWER = "reviewer"


@dataclass(frozen=True)
class BudgetLine:
    """One line: its key, its name (by language, or as the applicant wrote it), its sum and currency."""

    key: str
    label: Mapping[str, str] | str
    amount: Decimal
    currency: str


def lines_of(form: Form, answers: Mapping[str, Any], blind: bool = False) -> tuple[BudgetLine, ...]:
    """Every line with money in it, of the budgets that reviewers may read; in the order of the form."""
    tables = [q for s in form.sections for q in s.questions if q.kind == "budget" and q.is_visible_to(REVIEWER, blind)]
    return tuple(line for question in tables for line in _lines(question, answers.get(question.id)))


def _lines(question: Question, answer: Any) -> Iterator[BudgetLine]:
    if not isinstance(answer, dict):
        return
    sums, labels = totals(question, answer).lines, {option.id: option.label for option in question.options}
    for ident in line_ids(question):
        if sums.get(ident):
            own = answer[ident].get(LABEL) if isinstance(answer.get(ident), dict) else ""
            label = labels.get(ident) or (own if isinstance(own, str) else "") or ident
            yield BudgetLine(f"{question.id}-{ident}", label, sums[ident], question.currency or "")
