"""Rows of tables, repeating groups, logframes and budgets: to be filled in, and to be read with their sums."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from flask_babel import gettext

from app.calls.form_schema import TABLES, Known, Option, Question, fresh_row_key, is_empty, rows_by_key, text
from app.calls.form_schema.budget import columns_of, free_line_ids, totals
from app.calls.form_schema.logframe import in_order, level
from app.calls.present.fields import Errors, QuestionView, Row, SumView, cell, chosen, head, reading_value
from app.core.types import Money
from app.web.filters import number

Key = tuple[str, str, Mapping[str, Any]]


def edit_rows(
    question: Question, answer: Any, language: str, errors: Errors, extra: int, known: Known | None = None
) -> tuple[Row, ...]:
    """The rows to be filled in: those that are there, the lines of a budget, and ``extra`` empty ones.

    ``known``: the answers that the conditions of columns look at; without them every column is asked.
    """
    if question.kind == "budget":
        keys = list(_budget_keys(question, answer, language, extra))
    elif question.kind in TABLES:
        keys = _row_keys(question, answer, extra)
    else:
        return ()
    return tuple(_edit_row(question, key, title, row, language, errors, known) for key, title, row in keys)


def _budget_keys(question: Question, answer: Any, language: str, extra: int) -> Iterator[Key]:
    lines = answer if isinstance(answer, dict) else {}
    for line in question.options:
        yield line.id, text(line.label, language), lines.get(line.id) or {}
    free = free_line_ids(question)
    used = [line for line in free if not is_empty(lines.get(line))]
    unused = [line for line in free if line not in used][:extra]
    for own in (*used, *unused):
        title = gettext("Line of your own %(number)s", number=own.removeprefix("free"))
        yield own, title, lines.get(own) or {}


def _row_keys(question: Question, answer: Any, extra: int) -> list[Key]:
    """More rows than the table takes are shown too, so that somebody can take some out."""
    given = rows_by_key(answer)
    count = min(max(len(given) + extra, question.min_rows, 1), question.max_rows)
    given |= {fresh_row_key(): {} for _ in range(count - len(given))}
    return [(key, "", row) for key, row in given.items()]


def _edit_row(
    question: Question,
    key: str,
    title: str,
    row: Mapping[str, Any],
    language: str,
    errors: Errors,
    known: Known | None,
) -> Row:
    columns = columns_of(question, key) if question.kind == "budget" else question.columns
    own = known.row(question, row) if known else None
    cells = Row(cell(c, f"{question.id}.{key}.{c.id}", row.get(c.id), language, errors, own) for c in columns)
    cells.title, cells.key = title, key
    cells.removable = question.kind != "budget" or key in free_line_ids(question)
    return cells


def may_add(question: Question, rows: tuple[Row, ...]) -> bool:
    """Whether there is room for another row, or another line of the applicant's own."""
    if question.kind == "budget":
        return sum(row.removable for row in rows) < question.free_lines
    return question.kind in TABLES and len(rows) < question.max_rows


def may_remove(question: Question, rows: tuple[Row, ...]) -> bool:
    """Whether rows can be taken out; the last row of a table stays."""
    return any(row.removable for row in rows) if question.kind == "budget" else len(rows) > 1


def reading_columns(question: Question, language: str) -> tuple[str, ...]:
    """The heads of the table that readers see."""
    columns = tuple(text(c.label, language) for c in question.columns)
    if question.kind == "budget":
        return (gettext("Line"), *columns, *([gettext("Total")] if _adds_up(question) else []))
    return columns


def _adds_up(question: Question) -> bool:
    return sum(column.kind == "money" for column in question.columns) > 1


def reading_rows(question: Question, answer: Any, language: str, known: Known | None = None) -> tuple[Row, ...]:
    """The rows that are filled in."""
    if question.kind == "budget" and isinstance(answer, dict):
        return _budget_rows(question, answer, language)
    if question.kind not in TABLES or not isinstance(answer, list):
        return ()
    filled = [row for row in answer if isinstance(row, dict) and not is_empty(row)]
    if question.kind == "logframe":
        filled = [_levelled(row, language) for row in in_order(filled)]
    return tuple(Row(_cells(question, str(index), row, language, known)) for index, row in enumerate(filled))


def _levelled(row: Mapping[str, Any], language: str) -> dict[str, Any]:
    """A row of a logframe whose number says what it numbers."""
    word = text(level(row.get("number")), language)
    return {**row, "number": f"{word} {row['number']}" if word else row.get("number")}


def _cells(
    question: Question, key: str, row: Mapping[str, Any], language: str, known: Known | None = None
) -> list[QuestionView]:
    own = known.row(question, row) if known else None
    return [
        QuestionView(
            **head(column, language, f"{question.id}.{key}.{column.id}"),
            required=False,
            hidden=own is not None and not own.shows(column),
            value=reading_value(column, row.get(column.id)),
            options=chosen(column, row.get(column.id), language),
        )
        for column in question.columns
    ]


def _budget_rows(question: Question, answer: Mapping[str, Any], language: str) -> tuple[Row, ...]:
    sums = totals(question, answer)
    named = [(line.id, text(line.label, language)) for line in question.options]
    named += [(line, str((answer.get(line) or {}).get("label", ""))) for line in free_line_ids(question)]
    rows = []
    for line, label in named:
        cells = answer.get(line)
        if isinstance(cells, dict) and not is_empty(cells):
            total = [_sum_cell(question, sums.lines[line])] if _adds_up(question) else []
            rows.append(Row([_name_cell(label), *_cells(question, line, cells, language), *total]))
    return (*rows, _total_row(question, answer, language)) if rows else ()


def _name_cell(label: str) -> QuestionView:
    return QuestionView("", "", "short_text", gettext("Line"), value=label)


def _sum_cell(question: Question, amount: Decimal, label: str = "") -> QuestionView:
    value = Money(amount, question.currency)
    return QuestionView("", "", "money", label or gettext("Total"), required=False, value=value)


def _total_row(question: Question, answer: Mapping[str, Any], language: str) -> Row:
    cells = [_name_cell(gettext("Total"))]
    for column in question.columns:
        label = text(column.label, language)
        if column.kind == "money":
            only = {line: {column.id: row.get(column.id)} for line, row in answer.items() if isinstance(row, dict)}
            cells.append(_sum_cell(question, totals(question, only).total, label))
        else:
            cells.append(QuestionView("", "", column.kind, label, required=False, value=" "))
    if _adds_up(question):
        cells.append(_sum_cell(question, totals(question, answer).total))
    return Row(cells)


def budget_sums(question: Question, answer: Any, language: str) -> tuple[SumView, ...]:
    """Every sum of a budget with its share of the whole: lines, years, sources, and the whole itself."""
    if question.kind != "budget":
        return ()
    sums = totals(question, answer)
    found = [(f"line.{line.id}", text(line.label, language), sums.lines[line.id]) for line in question.options]
    for line in free_line_ids(question):
        label = _own_label(answer, line)
        if label or sums.lines[line]:
            found.append((f"line.{line}", label, sums.lines[line]))
    years = ((f"year.{year}", gettext("Year %(number)s", number=year), total) for year, total in sums.years.items())
    found += [*years, *(_source_sum(source, sums.sources, language) for source in question.sources)]
    found.append(("total", gettext("Total"), sums.total))
    return tuple(SumView(k, label, Money(s, question.currency), _percent(sums.share(s))) for k, label, s in found)


def _own_label(answer: Any, line: str) -> str:
    cells = answer.get(line) if isinstance(answer, dict) else None
    return str(cells.get("label", "")) if isinstance(cells, dict) else ""


def _source_sum(source: Option, sums: Mapping[str, Decimal], language: str) -> tuple[str, str, Decimal]:
    return f"source.{source.id}", text(source.label, language), sums[source.id]


def _percent(share: Decimal | None) -> str:
    return "" if share is None else f"{number(share)} %"
