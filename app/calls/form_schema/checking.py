"""What is wrong with answers, what is only worth a warning, and how far a section is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from app.calls.form_schema import logframe
from app.calls.form_schema.budget import columns_of, line_ids
from app.calls.form_schema.conditions import Known
from app.calls.form_schema.flaws import UNREADABLE, is_empty, over_limit, over_text, possible_answers, value_flaw
from app.calls.form_schema.rows import rows_by_key
from app.calls.form_schema.types import TABLES, Answers, Form, Problem, Question, Section
from workflows.machine import N_

__all__ = [
    "is_empty", "possible_answers", "problems", "section_problems", "section_status", "section_warnings", "value_problems",
]  # fmt: skip
Counts = Mapping[str, int]


def problems(form: Form, answers: Answers, file_counts: Counts) -> list[Problem]:
    """Everything that stands between these answers and submitting them."""
    known = Known(form, answers)
    return [p for section in form.sections for p in _section_problems(section, known, file_counts)]


def section_problems(form: Form, section_id: str, answers: Answers, file_counts: Counts) -> list[Problem]:
    """The same for one section: missing answers, answers that cannot be used, and the form's own checks."""
    section = form.section(section_id)
    return list(_section_problems(section, Known(form, answers), file_counts)) if section else []


def _section_problems(section: Section, known: Known, file_counts: Counts) -> Iterator[Problem]:
    checks: dict[str, list[Problem]] = {}
    for check in known.form.checks:
        checks.setdefault(check.question, []).append(
            Problem(section.id, check.question, "", name=check.question, texts=check.message, check=check.id)
        )
    by_id = {check.id: check for check in known.form.checks}
    for question in section.questions:
        if known.shows(question):
            yield from _question_problems(section, question, known, file_counts)
            yield from (p for p in checks.get(question.id, ()) if known.speaks(by_id[p.check]))


def section_warnings(form: Form, section_id: str, answers: Answers) -> list[Problem]:
    """Texts over their limit and still within the tolerance: said, and no reason to refuse."""
    section = form.section(section_id)
    known = Known(form, answers)
    shown = [q for q in section.questions if known.shows(q)] if section else []
    return [w for q in shown for w in _warnings(section_id, q, known.asked(q))]


def _warnings(section_id: str, question: Question, value: Any) -> Iterator[Problem]:
    for column, name, found in _texts(question, value):
        over, is_tolerated = over_limit(column, found)
        if over and is_tolerated:
            yield Problem(section_id, question.id, over_text(column), {"over": over}, name)


def _texts(question: Question, value: Any) -> Iterator[tuple[Question, str, str]]:
    """Every text in an answer whose limit has a tolerance: the question or column, the field's name, the text."""
    if question.tolerance and isinstance(value, str):
        yield question, question.id, value
    rows = rows_by_key(value) if isinstance(value, list) else value if isinstance(value, dict) else {}
    for key, row in rows.items():
        for column in question.columns if isinstance(row, dict) else ():
            if column.tolerance and isinstance(row.get(column.id), str):
                yield column, f"{question.id}.{key}.{column.id}", row[column.id]


def section_status(form: Form, section_id: str, answers: Answers, file_counts: Counts) -> str:
    """``not_started``, ``in_progress`` or ``complete``."""
    section = form.section(section_id)
    known = Known(form, answers)
    shown = [q for q in section.questions if known.shows(q)] if section else []
    begun = any(not is_empty(answers.get(q.id)) or file_counts.get(q.id) for q in shown)
    if shown and not begun:
        return "not_started"
    return "in_progress" if section_problems(form, section_id, answers, file_counts) else "complete"


def _question_problems(section: Section, question: Question, known: Known, files: Counts) -> list[Problem]:
    value, required = known.asked(question), known.requires(question)
    if question.kind == "file":
        return _file_problems(section, question, files.get(question.id, 0), required)
    if is_empty(value):
        missing = required or question.min_rows > 0
        return [_problem(section.id, question, N_("Answer this question."))] if missing else []
    return value_problems(section.id, question, value, known)


def _problem(section_id: str, question: Question, message: str, name: str = "", **params: object) -> Problem:
    return Problem(section_id, question.id, message, params, name or question.id)


def _file_problems(section: Section, question: Question, count: int, required: bool) -> list[Problem]:
    if required and not count:
        return [_problem(section.id, question, N_("Attach a file."))]
    if count > question.max_files:
        return [_problem(section.id, question, N_("Attach at most %(most)s files."), most=question.max_files)]
    return []


def value_problems(section_id: str, question: Question, value: Any, known: Known | None = None) -> list[Problem]:
    """What is wrong with an answer that was given; ``known``: the other answers, for the conditions of its columns."""
    if question.kind in TABLES:
        return list(_table_problems(section_id, question, value, known or Known(Form(()), {})))
    if question.kind == "budget":
        return list(_budget_problems(section_id, question, value))
    found = value_flaw(question, value)
    return [Problem(section_id, question.id, *found, question.id)] if found else []


def _table_problems(section_id: str, question: Question, rows: Any, known: Known) -> Iterator[Problem]:
    if not isinstance(rows, list):
        yield _problem(section_id, question, UNREADABLE)
        return
    filled = [(key, row) for key, row in rows_by_key(rows).items() if not is_empty(row)]
    if len(filled) < question.min_rows:
        yield _problem(section_id, question, N_("Fill in at least %(least)s rows."), least=question.min_rows)
    if len(filled) > question.max_rows:
        yield _problem(section_id, question, N_("Fill in at most %(most)s rows."), most=question.max_rows)
    for key, row in filled:
        own = known.row(question, row)
        columns = tuple(_as_asked(c, own.requires(c)) for c in question.columns if own.shows(c))
        yield from _cell_problems(section_id, question, columns, row, key)
    for key, column, message, params in logframe.flaws(filled) if question.kind == "logframe" else ():
        yield Problem(section_id, question.id, message, params, f"{question.id}.{key}.{column}")


def _as_asked(column: Question, required: bool) -> Question:
    return column if column.required == required else replace(column, required=required)


def _budget_problems(section_id: str, question: Question, lines: Any) -> Iterator[Problem]:
    if not isinstance(lines, dict) or set(lines) - set(line_ids(question)):
        yield _problem(section_id, question, UNREADABLE)
        return
    for line, cells in lines.items():
        if isinstance(cells, dict) and not is_empty(cells):
            yield from _cell_problems(section_id, question, columns_of(question, line), cells, line)


def _cell_problems(
    section_id: str, question: Question, columns: tuple[Question, ...], row: Mapping[str, Any], key: str
) -> Iterator[Problem]:
    for column in columns:
        value, name = row.get(column.id), f"{question.id}.{key}.{column.id}"
        if is_empty(value):
            if column.required:
                message = N_("Fill in “%(column)s” in every row you use.")
                yield _problem(section_id, question, message, name, column=column.label)
        elif found := value_flaw(column, value):
            yield Problem(section_id, question.id, *found, name)
