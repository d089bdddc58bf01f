"""What a call's reviews say together, in words and small drawings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from flask import url_for
from flask_babel import gettext

from app.calls import form_schema
from app.calls.models import Call
from app.reviews.present.parts import locale, points, title_of
from app.reviews.services.numbers import CallNumbers, Judged
from app.web.downloads import Cell
from workflows.machine import N_

if TYPE_CHECKING:
    from app.reviews.numbers.expected_rank import Expected

HUNDRED = Decimal(100)
GOOD, FAIR, CLEAR = 0.75, 0.5, 2
FEW_PROPOSALS, MOST_ROWS = 10, 200
HARDLY = N_("Hardly")
CHANCES = (
    (0.95, N_("Almost surely")),
    (0.7, N_("Likely (%(percent)s %%)")),
    (0.3, N_("Perhaps (%(percent)s %%)")),
    (0.05, N_("Unlikely (%(percent)s %%)")),
)


@dataclass(frozen=True)
class NumberRow:
    """One proposal: raw values first, then what statistics make of them."""

    reference: str
    title: str
    href: str
    reviews: int
    mean: str
    spread: str
    diverges: bool
    below: str
    adjusted: str
    rank: str
    likely: str
    wide: str
    best: str
    x: Decimal
    width: Decimal
    middle: Decimal


@dataclass(frozen=True)
class SeverityRow:
    """One reviewer: how many points kinder or stricter than others."""

    name: str
    words: str
    points: str


@dataclass(frozen=True)
class AgreementRow:
    """Agreement on the totals or on one criterion."""

    label: str
    icc: str
    alpha: str
    words: str
    proposals: int


@dataclass(frozen=True)
class NumbersView:
    """The page; ``warnings`` say when the numbers are not to be trusted. ``best``: of how many places the chance is told."""

    id: str
    title: str
    rows: tuple[NumberRow, ...]
    more: int
    best: int
    severity: tuple[SeverityRow, ...]
    agreement: tuple[AgreementRow, ...]
    warnings: tuple[str, ...]


def numbers_view(call: Call, found: CallNumbers, best: int | None) -> NumbersView:
    """Everything of the page, from what its reader may see; without ``best``, half of the proposals are the best ones."""
    count = len(found.judged)
    best = min(max(1, count // 2 if best is None else best), max(1, count))
    return NumbersView(
        id=str(call.id),
        title=title_of(call.title),
        best=best,
        rows=tuple(_row(one, found, best) for one in found.judged[:MOST_ROWS]),
        more=max(len(found.judged) - MOST_ROWS, 0),
        severity=_severities(found),
        agreement=_agreements(found),
        warnings=warnings_of(found),
    )


def _row(one: Judged, found: CallNumbers, best: int) -> NumberRow:
    expected, count = found.numbers.expected.get(one.id), max(len(found.numbers.expected), 1)
    step = HUNDRED / count
    low, high = (expected.low50, expected.high50) if expected else (1, 1)
    return NumberRow(
        reference=one.reference,
        title=one.title,
        href=url_for("reviews.of_proposal", proposal_id=one.id),
        reviews=one.summary.count,
        mean=points(one.summary.mean),
        spread=points(one.summary.spread),
        diverges=one.summary.diverges,
        below=", ".join(one.below),
        adjusted=points(_decimal(_adjusted(one, found))),
        rank=f"{expected.rank:.1f}" if expected else "",
        likely=ranks_text(expected.low50, expected.high50) if expected else "",
        wide=ranks_text(expected.low90, expected.high90) if expected else "",
        best=_chance(expected.reach[best - 1]) if expected and len(expected.reach) >= best else "",
        x=round(step * (low - 1), 2),
        width=round(step * (high - low + 1), 2),
        middle=round(step * (Decimal(str(expected.rank)) - Decimal("0.5")), 2) if expected else Decimal(0),
    )


def _chance(share: float) -> str:
    """A chance in words, with its figure to five percent: the figure is no more exact than that."""
    percent = round(share * 20) * 5
    for least, words in CHANCES:
        if share >= least:
            return gettext(words, percent=percent)
    return gettext(HARDLY)


def _adjusted(one: Judged, found: CallNumbers) -> float | None:
    return found.numbers.severity.adjusted.get(one.id) if found.numbers.severity else None


def _decimal(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(round(value, 2)))


def ranks_text(low: int, high: int) -> str:
    """A range of ranks in words."""
    return str(low) if low == high else gettext("%(low)s to %(high)s", low=low, high=high)


def adjusted_text(proposal_id: str, found: CallNumbers) -> str:
    """The mean of a proposal as it would be if all reviewers were equally strict."""
    fit = found.numbers.severity
    return points(_decimal(fit.adjusted.get(proposal_id))) if fit else ""


def chance_decides(standings: Sequence[Expected], fundable: int) -> tuple[str, ...]:
    """The proposals for which chance may decide when the budget reaches the first ``fundable``."""
    from app.reviews.numbers.expected_rank import groups  # noqa: PLC0415 - slow import

    return groups(standings, fundable).chance


def _severities(found: CallNumbers) -> tuple[SeverityRow, ...]:
    effects = found.numbers.severity.effects if found.numbers.severity else {}
    ordered = sorted(effects.items(), key=lambda pair: (-pair[1], found.names[pair[0]]))
    return tuple(SeverityRow(found.names[key], _kindness(by), points(_decimal(by))) for key, by in ordered)


def _kindness(by: float) -> str:
    size = points(_decimal(abs(by)))
    if abs(by) < CLEAR:
        return gettext("About as strict as the others")
    if by > 0:
        return gettext("Kinder than the others by about %(points)s points", points=size)
    return gettext("Stricter than the others by about %(points)s points", points=size)


def _agreements(found: CallNumbers) -> tuple[AgreementRow, ...]:
    rows = []
    for one in found.numbers.agreement:
        criterion = found.rubric.criterion(one.code)
        label = f"{one.code} {form_schema.text(criterion.label, locale())}" if criterion else gettext("Total points")
        rows.append(AgreementRow(label, _share(one.icc), _share(one.alpha), _agreed(one.icc, one.alpha), one.twice))
    return tuple(rows)


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def _agreed(icc: float | None, alpha: float | None) -> str:
    value = icc if icc is not None else alpha
    if value is None:
        return gettext("Too few reviews to tell")
    if value >= GOOD:
        return gettext("Reviewers agree well")
    return gettext("Reviewers agree in part") if value >= FAIR else gettext("Reviewers agree little")


def warnings_of(found: CallNumbers) -> tuple[str, ...]:
    """When the numbers are not to be trusted, and why."""
    fit, said = found.numbers.severity, []
    if found.numbers.too_many:
        said.append(gettext("There are too many proposals to work out severity and ranks while you wait."))
    elif fit is None:
        said.append(gettext("There are too few reviews to tell strict reviewers from weak proposals."))
    elif fit.islands > 1:
        text = gettext(
            "No reviewer connects %(count)s groups of proposals. Between these groups, do not compare.",
            count=fit.islands,
        )
        said.append(text)
    if 0 < len(found.judged) < FEW_PROPOSALS:
        said.append(
            gettext("With fewer than %(count)s proposals, read these numbers as hints only.", count=FEW_PROPOSALS)
        )
    return tuple(said)


def numbers_columns() -> list[str]:
    """The heads of the table as a file."""
    return [
        gettext("Reference"),
        gettext("Title"),
        gettext("Reviews"),
        gettext("Mean"),
        gettext("Spread"),
        gettext("Diverging"),
        gettext("Below the minimum in"),
        gettext("Adjusted for severity"),
        gettext("Expected rank"),
        gettext("Likely rank from"),
        gettext("Likely rank to"),
        gettext("Almost surely rank from"),
        gettext("Almost surely rank to"),
    ]


def numbers_cells(one: Judged, found: CallNumbers) -> list[Cell]:
    """One proposal of the file, numbers as numbers."""
    expected, mean = found.numbers.expected.get(one.id), one.summary.mean
    ranks: list[Cell] = [None] * 5
    if expected:
        bounds = (expected.low50, expected.high50, expected.low90, expected.high90)
        ranks = [_decimal(expected.rank), *bounds]
    raw: list[Cell] = [None if mean is None else round(mean, 2), one.summary.spread, one.summary.diverges]
    about: list[Cell] = [one.reference, one.title, one.summary.count]
    return [*about, *raw, ", ".join(one.below), _decimal(_adjusted(one, found)), *ranks]
