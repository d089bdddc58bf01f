"""Budget tables: lines × years × sources of money, lines the applicant adds, and every sum of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from app.calls.amounts import number_of
from app.calls.form_schema.types import Option, Question, Texts, text

YEAR: Texts = {"en": "Year", "fr": "Année", "es": "Año"}
LINE_NAME: Texts = {
    "en": "Name of the line",
    "fr": "Nom de la ligne",
    "es": "Nombre de la línea",
}
FREE_LINE = re.compile(r"free([1-9]\d?)", re.ASCII)
LABEL = "label"


@dataclass(frozen=True)
class Totals:
    """The sums of a budget; keys are ids of lines and sources, and numbers of years."""

    total: Decimal
    lines: Mapping[str, Decimal]
    years: Mapping[int, Decimal]
    sources: Mapping[str, Decimal]

    def share(self, part: Decimal) -> Decimal | None:
        """A sum as percent of the whole, with one decimal."""
        if not self.total:
            return None
        return (part * 100 / self.total).quantize(Decimal("0.1"), ROUND_HALF_EVEN)


def money_columns(years: int, sources: tuple[Option, ...], currency: str) -> tuple[Question, ...]:
    """The cells that years and sources make: ``y1_grant``, ``y1`` without sources, ``grant`` without years."""
    return tuple(
        Question(ident, "money", label, required=False, currency=currency) for ident, label in _cells(years, sources)
    )


def _cells(years: int, sources: tuple[Option, ...]) -> Iterator[tuple[str, Texts]]:
    for year in range(1, years + 1):
        named = {language: f"{word} {year}" for language, word in YEAR.items()}
        if not sources:
            yield f"y{year}", named
        for source in sources:
            label = {code: f"{text(named, code)} · {own}" for code, own in source.label.items()}
            yield f"y{year}_{source.id}", label
    if not years:
        yield from ((source.id, source.label) for source in sources)


def free_line_ids(question: Question) -> tuple[str, ...]:
    """The ids that lines added by the applicant may have."""
    return tuple(f"free{number}" for number in range(1, question.free_lines + 1))


def line_ids(question: Question) -> tuple[str, ...]:
    """Every line that may have an answer: those of the form first."""
    return (*(line.id for line in question.options), *free_line_ids(question))


def columns_of(question: Question, line: str) -> tuple[Question, ...]:
    """The cells of a line; an added line has its name first."""
    if not FREE_LINE.fullmatch(line) or any(option.id == line for option in question.options):
        return question.columns
    return (Question(LABEL, "short_text", LINE_NAME, limit=120), *question.columns)


def totals(question: Question, answer: Any) -> Totals:
    """Work out every sum of what is filled in."""
    lines = dict.fromkeys(line_ids(question), Decimal(0))
    years = dict.fromkeys(range(1, question.years + 1), Decimal(0))
    sources = dict.fromkeys((source.id for source in question.sources), Decimal(0))
    for line, column, amount in _amounts(question, answer):
        lines[line] += amount
        year, source = place_of(question, column)
        if year in years:
            years[year] += amount
        if source in sources:
            sources[source] += amount
    return Totals(sum(lines.values(), Decimal(0)), lines, years, sources)


def place_of(question: Question, column: str) -> tuple[int, str]:
    """Year and source that a cell belongs to; 0 and nothing where it has none."""
    if question.years and (found := re.fullmatch(r"y(\d+)(?:_(.+))?", column)):
        return int(found[1]), found[2] or ""
    return 0, column


def _amounts(question: Question, answer: Any) -> Iterator[tuple[str, str, Decimal]]:
    if not isinstance(answer, dict):
        return
    money = [column.id for column in question.columns if column.kind == "money"]
    for line in line_ids(question):
        cells = answer.get(line)
        if not isinstance(cells, dict):
            continue
        for column in money:
            amount = number_of(cells.get(column))
            if amount is not None:
                yield line, column, amount
