"""The report on one standard question: a row for each stage that asked it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from flask import url_for
from flask_babel import get_locale, gettext

from app.calls.form_schema import text
from app.calls.models import StandardQuestion
from app.calls.present import country_options, mineral_options
from app.proposals.services.standards import Report
from app.proposals.tallying import FEWEST, NUMBERS, Tally, options_in_use
from app.web.filters import number

Cell = str | int | Decimal | None


@dataclass(frozen=True)
class ReportRow:
    call: str
    stage: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class ReportPage:
    """One question, all calls."""

    code: str
    label: str
    columns: tuple[str, ...]
    rows: tuple[ReportRow, ...]
    whole: tuple[str, ...]
    notes: tuple[str, ...]
    csv_url: str
    library_url: str


def report_page(standard: StandardQuestion, report: Report) -> ReportPage:
    """The report for reading."""
    language = str(get_locale() or "en")
    options = _options(standard, report)
    return ReportPage(
        code=standard.code,
        label=text(standard.document.get("label"), language),
        columns=(gettext("Submitted"), gettext("Answered"), *_heads(standard, options)),
        rows=tuple(
            ReportRow(row.call.code, text(row.stage.title, language), _told(standard, row.tally, options))
            for row in report.rows
        ),
        whole=_told(standard, report.whole, options),
        notes=tuple(_notes(standard, report)),
        csv_url=url_for("proposals.standard_report_csv", code=standard.code),
        library_url=url_for("calls.standard", code=standard.code),
    )


def report_table(standard: StandardQuestion, report: Report) -> tuple[list[str], list[list[Cell]]]:
    """The report as a table of plain values."""
    options = _options(standard, report)
    heads = ["call", "stage", "submitted", "answered"]
    heads += ["sum", "mean", "least", "most"] if _is_number(standard) else [code for code, _ in options]
    rows: list[list[Cell]] = []
    for row in report.rows:
        figures: list[Cell] = (
            [row.tally.total, row.tally.mean, row.tally.least, row.tally.most]
            if _is_number(standard)
            else [None if row.tally.counts is None else row.tally.counts.get(code, 0) for code, _ in options]
        )
        rows.append([row.call.code, row.stage.key, row.tally.asked, row.tally.answered, *figures])
    return heads, rows


def _is_number(standard: StandardQuestion) -> bool:
    return standard.document.get("kind") in NUMBERS


def _heads(standard: StandardQuestion, options: Sequence[tuple[str, str]]) -> Iterable[str]:
    if _is_number(standard):
        return gettext("Sum"), gettext("Mean"), gettext("Least"), gettext("Most")
    return [label for _, label in options]


def _told(standard: StandardQuestion, tally: Tally, options: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """The figures of a row in the reader's way of writing."""
    head = (number(tally.asked), number(tally.answered))
    if _is_number(standard):
        figures = (tally.total, tally.mean, tally.least, tally.most)
        return (*head, *("–" if figure is None else number(figure) for figure in figures))
    return (*head, *(_share(tally, code) for code, _ in options))


def _share(tally: Tally, code: str) -> str:
    if tally.counts is None:
        return "–"
    share, count = tally.share(code), number(tally.counts.get(code, 0))
    return count if share is None else f"{count} ({number(share)} %)"


def _options(standard: StandardQuestion, report: Report) -> list[tuple[str, str]]:
    """The answers that were given or could be, with their labels."""
    language, kind = str(get_locale() or "en"), str(standard.document.get("kind"))
    if report.whole.counts is None and kind not in {"choice", "choices", "yes_no"}:
        return []
    labels = {str(o["id"]): text(o.get("label"), language) for o in standard.document.get("options") or ()}
    known = {"yes": gettext("Yes"), "no": gettext("No")} if kind == "yes_no" else labels
    named = known | dict(
        country_options() if kind.startswith("countr") else mineral_options() if kind.startswith("mineral") else ()
    )
    return [(code, named.get(code, code)) for code in options_in_use(known, [row.tally for row in report.rows])]


def _notes(standard: StandardQuestion, report: Report) -> Iterable[str]:
    yield gettext(
        "Counted are the newest submitted versions of proposals that you may see; withdrawn ones are left out."
    )
    if any(row.tally.is_small for row in report.rows):
        yield gettext("Shares are told from %(least)s answers on.", least=FEWEST)
    if standard.document.get("personal"):
        yield gettext("This is personal data: fewer than %(least)s answers are not shown at all.", least=FEWEST)
    if standard.document.get("kind") == "money":
        yield gettext(
            "Amounts are in the currency of each call; they are added up over all calls only where it is the same."
        )
