"""A section to be filled in: its questions, those not asked now too, and what the script needs to keep up with answers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from app.calls.amounts import decimals_of
from app.calls.form_schema import TABLES, Form, Problem, Question, Section, section_warnings, text
from app.calls.form_schema.budget import free_line_ids, line_ids, place_of
from app.calls.form_schema.conditions import Known
from app.calls.form_schema.expressions import names_in
from app.calls.form_schema.types import NUMBERS, Check, Tree
from app.calls.form_schema.values import tagged
from app.calls.present.fields import CheckView, QuestionView
from app.calls.present.questions import question_view

Files = Mapping[str, Sequence[Any]]


def section_questions(
    form: Form,
    section: Section,
    answers: Mapping[str, Any],
    *,
    language: str,
    problems: Iterable[Problem] = (),
    files: Files | None = None,
    add_row_to: str = "",
) -> tuple[QuestionView, ...]:
    """Every question of a section as a control. What is not asked now is there and hidden: the script may show it.

    ``files`` holds the file views of each question; ``add_row_to`` is the question that gets an empty row.
    """
    known, problems = Known(form, answers), list(problems)
    warnings = section_warnings(form, section.id, answers)
    return tuple(
        question_view(
            question,
            answers.get(question.id),
            language=language,
            problems=problems,
            warnings=warnings,
            checks=[_check_view(c, known, language) for c in form.checks if c.question == question.id],
            files=(files or {}).get(question.id, ()),
            extra_rows=int(question.id == add_row_to),
            required=known.requires(question),
            hidden=not known.shows(question),
            known=known,
        )
        for question in section.questions
    )


def _check_view(check: Check, known: Known, language: str) -> CheckView:
    return CheckView(check.id, text(check.message, language), known.speaks(check))


def section_logic(form: Form, section: Section, answers: Mapping[str, Any]) -> str:
    """The section's conditions, checks and sums as JSON for ``forms.js``; nothing when it has none."""
    own = {question.id: question for question in section.questions}
    checks = {check.id: check.when.tree for check in form.checks if check.question in own}
    conditions = [tree for question in section.questions for tree in _conditions(question)]
    if not checks and not conditions and not any(q.kind == "budget" for q in section.questions):
        return ""
    known, trees = Known(form, answers), [*conditions, *checks.values()]
    logic = {
        "questions": {question.id: _described(question) for question in own.values()},
        "checks": checks,
        "known": {".".join(name): tagged(known.value(name)) for name in _elsewhere(trees, own)},
    }
    return json.dumps(logic, separators=(",", ":"))


def _conditions(question: Question) -> Iterator[Tree]:
    """The conditions of a question and of its columns."""
    for each in (question, *question.columns):
        yield from (e.tree for e in (each.show_if, each.require_if) if e)


def _elsewhere(trees: Iterable[Tree], own: Mapping[str, Question]) -> Iterator[tuple[str, ...]]:
    """The names whose questions stand on other pages."""
    return (name for tree in trees for name in names_in(tree) if name[0] not in own)


def _described(question: Question) -> dict[str, Any]:
    """How the script reads the answer: kind, decimals, columns, cells of a budget; and the question's own conditions."""
    found: dict[str, Any] = {"kind": question.kind}
    if question.show_if:
        found["show"] = question.show_if.tree
    if question.require_if:
        found["need"] = question.require_if.tree
    if question.kind in NUMBERS:
        found["places"] = {"integer": 0, "decimal": 4}.get(question.kind, decimals_of(question.currency))
    if question.kind in TABLES:
        found["columns"] = {c.id: _described(c) for c in question.columns}
    if question.kind == "budget":
        found |= _described_budget(question)
    return found


def _described_budget(question: Question) -> dict[str, Any]:
    cells = {}
    for column in question.columns:
        if column.kind == "money":
            year, source = place_of(question, column.id)
            known = source if any(source == own.id for own in question.sources) else ""
            cells[column.id] = {"year": year, "source": known, "places": decimals_of(column.currency)}
    return {
        "cells": cells,
        "lines": line_ids(question),
        "free": free_line_ids(question),
        "sources": [source.id for source in question.sources],
    }
