"""From the posted fields of a page to answers: what cannot be read is kept as it was typed, and named as a problem."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.calls.amounts import decimals_of, money_answer, read_number
from app.calls.form_schema.budget import columns_of, line_ids
from app.calls.form_schema.checking import value_problems
from app.calls.form_schema.conditions import Known, is_shown
from app.calls.form_schema.flaws import is_empty
from app.calls.form_schema.rows import KEY, ROW_ID, rows_by_key
from app.calls.form_schema.types import LISTS, NUMBERS, PARTS, PICKS, TABLES, Form, Problem, Question, Section

Fields = Mapping[str, Sequence[str]]
MOST_ROWS = 1000  # rows that are read at all; a table says long before that how many it takes


def read_section(
    form: Form,
    section_id: str,
    fields: Fields,
    before: Mapping[str, Any] | None = None,
    partial: bool = False,
) -> tuple[dict[str, Any], list[Problem]]:
    """Answers of the section's questions that the page asked, and what is wrong with them (missing ones are no problem).

    Names of fields: the question's id; ``id.KEY.column`` in tables and groups (the key of the row); ``id.LINE.column`` in
    budgets; for kinds in ``PARTS`` the part behind another dot (``id.country``, ``id.KEY.column.country``). ``before``
    are the answers the page was made from. With ``partial`` only fields that changed are given: questions without any
    are left out, and rows that were emptied keep their places.
    """
    section = form.section(section_id)
    if section is None:
        return {}, []
    known = before or {}
    answers: dict[str, Any] = {}
    for question in section.questions:
        if question.kind == "file" or not _asked(form, question, fields, known, partial):
            continue
        answers[question.id] = _read(question, fields, known.get(question.id) if partial else None, partial)
    now = Known(form, {**known, **answers})
    return answers, [p for q in section.questions if q.id in answers for p in _problems(section, q, now)]


def _asked(form: Form, question: Question, fields: Fields, before: Mapping[str, Any], partial: bool) -> bool:
    """Whether the page showed the question. Unticked boxes post nothing, so what the page showed counts for them."""
    if question.id in fields or any(name.startswith(question.id + ".") for name in fields):
        return True
    boxes = question.kind in PICKS or question.kind in TABLES
    return not partial and boxes and is_shown(form, question, before)


def _problems(section: Section, question: Question, known: Known) -> list[Problem]:
    value = known.asked(question)
    return [] if is_empty(value) else value_problems(section.id, question, value, known)


def _read(question: Question, fields: Fields, before: Any, partial: bool) -> Any:
    if question.kind in TABLES:
        return _read_rows(question, fields, before, partial)
    if question.kind == "budget":
        return _read_budget(question, fields, before if isinstance(before, dict) else {})
    if question.kind in PARTS:
        return _read_parts(question, question.id, fields, before)
    return read_value(question, fields.get(question.id, ()))


def _read_parts(question: Question, name: str, fields: Fields, before: Any) -> dict[str, str]:
    """The parts of an answer; those that were not posted stay as they were."""
    found = {k: v for k, v in before.items() if k in PARTS[question.kind]} if isinstance(before, dict) else {}
    for part in PARTS[question.kind]:
        if fields.get(f"{name}.{part}"):
            found[part] = " ".join(clean(fields[f"{name}.{part}"][0]).split())
    if question.kind == "site":
        found["site"] = found.get("site", "").upper() if found.get("site") != "new" else "new"
    return {part: value for part, value in found.items() if value}


def read_value(question: Question, values: Sequence[str]) -> Any:
    """One answer from what was posted under its name."""
    given = [clean(v) for v in values]
    if question.kind in LISTS:
        return sorted({v for v in given if v}, key=given.index)
    typed = given[0] if given else ""
    if question.kind == "consent":
        return True if typed == "yes" else None
    if question.kind in NUMBERS:
        return _read_number(question, typed)
    return typed if question.kind == "long_text" else " ".join(typed.split())


def clean(value: str) -> str:
    """A posted text with plain line ends, without outer blanks and without characters no document can carry."""
    text = value.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "ignore").decode()
    return "".join(c for c in text if c >= " " or c in "\n\t").strip()


def _read_number(question: Question, typed: str) -> Any:
    allowed = {"money": decimals_of(question.currency), "integer": 0, "decimal": 4}[question.kind]
    number = read_number(typed, allowed)
    if number is None:
        return typed
    if question.kind == "money":
        return money_answer(number, question.currency)
    return int(number) if question.kind == "integer" else f"{number:f}"


def _row_keys(question: Question, fields: Fields) -> list[str]:
    """The rows that fields of a page belong to, in the order of the page."""
    parts = (name.split(".", 3) for name in fields if name.startswith(question.id + "."))
    return list(dict.fromkeys(p[1] for p in parts if len(p) >= 3 and KEY.fullmatch(p[1])))


def _read_rows(question: Question, fields: Fields, before: Any, partial: bool) -> list[dict[str, Any]]:
    """Rows over the most are read too: the text stays, and the table says that there are too many."""
    rows = rows_by_key(before)
    for key in _row_keys(question, fields):
        if key in rows or len(rows) < MOST_ROWS:
            known = rows.setdefault(key, {ROW_ID: key})
            known.update(_read_cells(question.columns, fields, f"{question.id}.{key}", known))
    return [row for row in rows.values() if partial or not is_empty(row)]


def _read_budget(question: Question, fields: Fields, before: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    lines = {}
    for line in line_ids(question):
        known = before.get(line, {})
        found = {**known, **_read_cells(columns_of(question, line), fields, f"{question.id}.{line}", known)}
        if not is_empty(found):
            lines[line] = found
    return lines


def _read_cells(
    columns: tuple[Question, ...], fields: Fields, prefix: str, before: Mapping[str, Any]
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for column in columns:
        name = f"{prefix}.{column.id}"
        if column.kind in PARTS:
            if any(f"{name}.{part}" in fields for part in PARTS[column.kind]):
                found[column.id] = _read_parts(column, name, fields, before.get(column.id))
        elif name in fields:
            found[column.id] = read_value(column, fields[name])
    return found
