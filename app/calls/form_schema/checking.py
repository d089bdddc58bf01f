"""What is wrong with answers, and how far a section is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from app.calls.amounts import number_of
from app.calls.form_schema.conditions import shown_questions
from app.calls.form_schema.rows import ROW_ID, rows_by_key
from app.calls.form_schema.types import TABLES, Answers, Form, Problem, Question, Section
from app.calls.vocabulary import COUNTRIES, MINERALS
from workflows.machine import N_

EMAIL = re.compile(r"[^@\s,;<>()\[\]\\\"]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+")
URL = re.compile(r"https?://[^\s/?#@<>\"\\]+\.[^\s/?#@<>\"\\]{2,}([/?#][^\s<>\"\\]*)?", re.IGNORECASE)
SHORT = 300
LONG = 20_000
Counts = Mapping[str, int]
Flaw = tuple[str, dict[str, object]]


def is_empty(value: Any) -> bool:
    """Whether an answer says nothing."""
    if isinstance(value, list):
        return all(is_empty(v) for v in value)
    if isinstance(value, dict):
        return all(is_empty(v) for k, v in value.items() if k not in ("currency", ROW_ID))
    return value is None or value == ""


def problems(form: Form, answers: Answers, file_counts: Counts) -> list[Problem]:
    """Everything that stands between these answers and submitting them."""
    return [p for s in form.sections for p in section_problems(form, s.id, answers, file_counts)]


def section_problems(form: Form, section_id: str, answers: Answers, file_counts: Counts) -> list[Problem]:
    """The same for one section: missing answers and answers that cannot be used."""
    section = form.section(section_id)
    if section is None:
        return []
    found: list[Problem] = []
    for question in shown_questions(form, section, answers):
        found.extend(_question_problems(section, question, answers.get(question.id), file_counts))
    return found


def section_status(form: Form, section_id: str, answers: Answers, file_counts: Counts) -> str:
    """``not_started``, ``in_progress`` or ``complete``."""
    section = form.section(section_id)
    shown = list(shown_questions(form, section, answers)) if section else []
    begun = any(not is_empty(answers.get(q.id)) or file_counts.get(q.id) for q in shown)
    if shown and not begun:
        return "not_started"
    return "in_progress" if section_problems(form, section_id, answers, file_counts) else "complete"


def _question_problems(section: Section, question: Question, value: Any, files: Counts) -> list[Problem]:
    if question.kind == "file":
        return _file_problems(section, question, files.get(question.id, 0))
    if is_empty(value):
        missing = question.required or question.min_rows > 0
        return [_problem(section.id, question, N_("Answer this question."))] if missing else []
    return value_problems(section.id, question, value)


def _problem(section_id: str, question: Question, message: str, name: str = "", **params: object) -> Problem:
    return Problem(section_id, question.id, message, params, name or question.id)


def _file_problems(section: Section, question: Question, count: int) -> list[Problem]:
    if question.required and not count:
        return [_problem(section.id, question, N_("Attach a file."))]
    if count > question.max_files:
        return [_problem(section.id, question, N_("Attach at most %(most)s files."), most=question.max_files)]
    return []


def value_problems(section_id: str, question: Question, value: Any) -> list[Problem]:
    """What is wrong with an answer that was given."""
    if question.kind in TABLES:
        return list(_table_problems(section_id, question, value))
    if question.kind == "budget":
        return list(_budget_problems(section_id, question, value))
    found = _flaw(question, value)
    return [Problem(section_id, question.id, *found, question.id)] if found else []


def _table_problems(section_id: str, question: Question, rows: Any) -> Iterator[Problem]:
    if not isinstance(rows, list):
        yield _problem(section_id, question, N_("This answer cannot be read."))
        return
    filled = [(key, row) for key, row in rows_by_key(rows).items() if not is_empty(row)]
    if len(filled) < question.min_rows:
        yield _problem(section_id, question, N_("Fill in at least %(least)s rows."), least=question.min_rows)
    if len(filled) > question.max_rows:
        yield _problem(section_id, question, N_("Fill in at most %(most)s rows."), most=question.max_rows)
    for key, row in filled:
        yield from _cell_problems(section_id, question, row, key)


def _budget_problems(section_id: str, question: Question, lines: Any) -> Iterator[Problem]:
    known = {line.id for line in question.options}
    if not isinstance(lines, dict) or set(lines) - known:
        yield _problem(section_id, question, N_("This answer cannot be read."))
        return
    for line, cells in lines.items():
        if isinstance(cells, dict) and not is_empty(cells):
            yield from _cell_problems(section_id, question, cells, line)


def _cell_problems(section_id: str, question: Question, row: Mapping[str, Any], key: str) -> Iterator[Problem]:
    for column in question.columns:
        value, name = row.get(column.id), f"{question.id}.{key}.{column.id}"
        if is_empty(value):
            if column.required:
                message = N_("Fill in “%(column)s” in every row you use.")
                yield _problem(section_id, question, message, name, column=_label(column))
        elif found := _flaw(column, value):
            yield Problem(section_id, question.id, *found, name)


def _label(column: Question) -> str:
    return column.label.get("en") or next(iter(column.label.values()), column.id)


def _flaw(question: Question, value: Any) -> Flaw | None:
    """Why one plain value is no answer to the question."""
    kind = question.kind
    if kind in {"short_text", "long_text", "organisation"}:
        return _text_flaw(question, value)
    if kind in {"money", "integer", "decimal"}:
        return _number_flaw(question, value)
    if kind == "date":
        return None if _is_date(value) else (N_("Give a date, like 2026-03-31."), {})
    if kind == "email":
        return None if _matches(EMAIL, value) else (N_("Give an e-mail address, like name@example.org."), {})
    if kind == "url":
        return None if _matches(URL, value) else (N_("Give a web address that begins with https://."), {})
    if kind == "consent":
        return None if value is True else (N_("Tick this box to agree."), {})
    return _pick_flaw(question, value)


def _matches(pattern: re.Pattern[str], value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 2000 and bool(pattern.fullmatch(value))


def _is_date(value: Any) -> bool:
    try:
        return isinstance(value, str) and len(value) == 10 and 1900 <= date.fromisoformat(value).year <= 2200
    except ValueError:
        return False


def _text_flaw(question: Question, value: Any) -> Flaw | None:
    if not isinstance(value, str):
        return N_("This answer cannot be read."), {}
    limit = question.limit or (LONG if question.kind == "long_text" else SHORT)
    words = question.limit is not None and question.limit_unit == "words"
    over = (len(value.split()) if words else len(value)) - limit
    if over <= 0:
        return None
    message = N_("Words over the limit: %(over)s.") if words else N_("Characters over the limit: %(over)s.")
    return message, {"over": over}


def _number_flaw(question: Question, value: Any) -> Flaw | None:
    if question.kind == "money" and not (isinstance(value, dict) and value.get("currency") == question.currency):
        return N_("Write the amount in digits, for example 340000.00."), {}
    number = number_of(value)
    if number is None or (question.kind == "integer" and not isinstance(value, int)):
        return N_("Write a number in digits."), {}
    if question.least is not None and number < Decimal(question.least):
        return N_("The least possible here is %(least)s."), {"least": _plain(question.least)}
    if question.most is not None and number > Decimal(question.most):
        return N_("The most possible here is %(most)s."), {"most": _plain(question.most)}
    return None


def _plain(amount: str) -> str:
    return amount.removesuffix(".00")


def _pick_flaw(question: Question, value: Any) -> Flaw | None:
    several = question.kind in {"choices", "countries", "minerals"}
    if isinstance(value, list) is not several:
        return N_("This answer cannot be read."), {}
    chosen = value if several else [value]
    possible = possible_answers(question)
    return (
        None
        if all(isinstance(v, str) and v in possible for v in chosen)
        else (N_("Choose from the answers offered."), {})
    )


def possible_answers(question: Question) -> frozenset[str]:
    """The codes that a question of choice takes."""
    if question.options:
        return frozenset(option.id for option in question.options)
    if question.kind in {"country", "countries"}:
        return COUNTRIES
    return MINERALS if question.kind == "minerals" else frozenset({"yes", "no"})
