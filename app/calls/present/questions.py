"""Questions and answers as templates need them: labels in one language, options, rows, errors beside their field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from babel import Locale
from flask_babel import get_locale, gettext

from app.calls.form_schema import TABLES, Problem, Question, fresh_row_key, is_empty, rows_by_key, text
from app.calls.rules import budget_lines
from app.calls.vocabulary import COUNTRIES
from app.core.types import Money
from app.mines.vocabulary import MINERALS
from app.web.filters import day, number, translate
from workflows.machine import Refusal

Options = tuple[tuple[str, str], ...]


class Row(tuple):  # type: ignore[type-arg]
    """The cells of one row, with the row's own name (a budget line) and the key by which it is known."""

    title: str = ""
    key: str = ""


@dataclass(frozen=True)
class QuestionView:
    """One question with its answer, for ``components/answers.html``."""

    id: str
    name: str
    kind: str
    label: str
    help: str = ""
    required: bool = True
    value: Any = None
    options: Options = ()
    limit: int | None = None
    limit_unit: str = "characters"
    errors: tuple[str, ...] = ()
    saved_state: str | None = None
    files: tuple[Any, ...] = ()
    rows: tuple[Row, ...] = ()
    columns: tuple[str, ...] = ()
    currency: str = ""
    can_add: bool = False
    can_remove: bool = False
    max_files: int = 1
    accept: str = ""


def question_view(
    question: Question,
    answer: Any,
    *,
    language: str,
    problems: Iterable[Problem] = (),
    files: Sequence[Any] = (),
    saved_state: str | None = None,
    extra_rows: int = 0,
) -> QuestionView:
    """A question to be answered. ``problems`` may be those of the whole section; ``extra_rows`` adds empty rows."""
    errors = _errors(question, problems)
    rows = _edit_rows(question, answer, language, errors, extra_rows)
    table = question.kind in TABLES
    return QuestionView(
        **_head(question, language, question.id),
        required=question.required,
        value=answer,
        options=_options(question, language),
        errors=tuple(errors.get(question.id, ())),
        saved_state=saved_state,
        files=tuple(files),
        rows=rows,
        columns=tuple(text(c.label, language) for c in question.columns),
        can_add=table and len(rows) < question.max_rows,
        can_remove=table and len(rows) > 1,
    )


def answer_view(question: Question, answer: Any, *, language: str, files: Sequence[Any] = ()) -> QuestionView:
    """A question with its answer to be read: dates, amounts and numbers in the reader's way of writing."""
    return QuestionView(
        **_head(question, language, question.id),
        required=question.required,
        value=_reading(question, answer),
        options=_chosen(question, answer, language),
        files=tuple(files),
        rows=_reading_rows(question, answer, language),
        columns=_reading_columns(question, language),
    )


def _head(question: Question, language: str, name: str) -> dict[str, Any]:
    return {
        "id": "q-" + name.replace(".", "-"),
        "name": name,
        "kind": "table" if question.kind in {*TABLES, "budget"} else question.kind,
        "label": text(question.label, language),
        "help": text(question.help, language),
        "limit": question.limit,
        "limit_unit": question.limit_unit,
        "currency": question.currency,
        "max_files": question.max_files,
        "accept": ",".join("." + ending for ending in question.file_types),
    }


def _errors(question: Question, problems: Iterable[Problem]) -> dict[str, list[str]]:
    """Sentences by name of the field they belong to."""
    found: dict[str, list[str]] = {}
    for problem in problems:
        if problem.question_id == question.id:
            found.setdefault(problem.name or question.id, []).append(problem_text(problem))
    return found


def problem_text(problem: Problem) -> str:
    """The sentence of a problem in the reader's language."""
    return translate(Refusal(problem.message, problem.params))


def _cell(column: Question, name: str, value: Any, language: str, errors: Mapping[str, list[str]]) -> QuestionView:
    return QuestionView(
        **_head(column, language, name),
        required=column.required,
        value=value,
        options=_options(column, language),
        errors=tuple(errors.get(name, ())),
    )


def _edit_rows(
    question: Question, answer: Any, language: str, errors: Mapping[str, list[str]], extra: int
) -> tuple[Row, ...]:
    if question.kind == "budget":
        lines = answer if isinstance(answer, dict) else {}
        keys = [(line.id, text(line.label, language), lines.get(line.id) or {}) for line in question.options]
    elif question.kind in TABLES:
        given = rows_by_key(answer)
        count = min(max(len(given) + extra, question.min_rows, 1), question.max_rows)
        given |= {fresh_row_key(): {} for _ in range(count - len(given))}
        keys = [(key, "", row) for key, row in given.items()]
    else:
        return ()
    return tuple(_edit_row(question, key, title, row, language, errors) for key, title, row in keys)


def _edit_row(
    question: Question, key: str, title: str, row: Mapping[str, Any], language: str, errors: Mapping[str, list[str]]
) -> Row:
    cells = Row(_cell(c, f"{question.id}.{key}.{c.id}", row.get(c.id), language, errors) for c in question.columns)
    cells.title, cells.key = title, key
    return cells


def _options(question: Question, language: str) -> Options:
    if question.kind == "budget":
        return ()
    if question.options:
        return tuple((option.id, text(option.label, language)) for option in question.options)
    if question.kind in {"country", "countries"}:
        return country_options()
    return mineral_options() if question.kind == "minerals" else ()


def country_options() -> Options:
    """Every country by its name in the reader's language."""
    names = Locale.parse(str(get_locale() or "en")).territories
    return tuple(sorted(((code, names.get(code, code)) for code in COUNTRIES), key=lambda pair: pair[1]))


def mineral_options() -> Options:
    """Every mineral by its name in the reader's language."""
    return tuple((code, gettext(mineral.label)) for code, mineral in MINERALS.items())


def mineral_names(codes: Iterable[str]) -> list[str]:
    """The names of some minerals in the reader's language."""
    return [gettext(MINERALS[code].label) if code in MINERALS else code for code in codes]


def _chosen(question: Question, answer: Any, language: str) -> Options:
    """Only the options that were chosen: a reader needs no list of 250 countries."""
    wanted = {str(v) for v in answer} if isinstance(answer, list) else {str(answer)}
    return tuple(option for option in _options(question, language) if option[0] in wanted)


def _reading(question: Question, answer: Any) -> Any:
    if is_empty(answer) or question.kind in {*TABLES, "budget"}:
        return None
    if question.kind == "money" and isinstance(answer, dict):
        return Money(Decimal(answer["amount"]), answer["currency"])
    if question.kind == "integer" and isinstance(answer, int):
        return number(answer)
    if question.kind == "date":
        return _written_day(answer)
    return answer


def _written_day(answer: Any) -> str:
    try:
        return day(date.fromisoformat(answer))
    except (TypeError, ValueError):
        return str(answer)


def _reading_columns(question: Question, language: str) -> tuple[str, ...]:
    columns = tuple(text(c.label, language) for c in question.columns)
    return (gettext("Line"), *columns) if question.kind == "budget" else columns


def _reading_rows(question: Question, answer: Any, language: str) -> tuple[Row, ...]:
    if question.kind == "budget" and isinstance(answer, dict):
        return _budget_rows(question, answer, language)
    if question.kind not in TABLES or not isinstance(answer, list):
        return ()
    filled = [(i, row) for i, row in enumerate(answer) if isinstance(row, dict) and not is_empty(row)]
    return tuple(Row(_reading_cells(question, str(i), row, language)) for i, row in filled)


def _reading_cells(question: Question, key: str, row: Mapping[str, Any], language: str) -> list[QuestionView]:
    return [
        QuestionView(
            **_head(column, language, f"{question.id}.{key}.{column.id}"),
            required=False,
            value=_reading(column, row.get(column.id)),
            options=_chosen(column, row.get(column.id), language),
        )
        for column in question.columns
    ]


def _budget_rows(question: Question, answer: Mapping[str, Any], language: str) -> tuple[Row, ...]:
    rows = []
    for line in question.options:
        cells = answer.get(line.id)
        if isinstance(cells, dict) and not is_empty(cells):
            name = QuestionView("", "", "short_text", gettext("Line"), value=text(line.label, language))
            rows.append(Row([name, *_reading_cells(question, line.id, cells, language)]))
    return (*rows, _total_row(question, answer, language)) if rows else ()


def _total_row(question: Question, answer: Mapping[str, Any], language: str) -> Row:
    total = Money(sum(budget_lines(answer).values(), Decimal(0)), question.currency)
    first = next((c.id for c in question.columns if c.kind == "money"), "")
    blank = [
        QuestionView("", "", c.kind, text(c.label, language), required=False, value=total if c.id == first else " ")
        for c in question.columns
    ]
    return Row([QuestionView("", "", "short_text", gettext("Line"), value=gettext("Total")), *blank])
