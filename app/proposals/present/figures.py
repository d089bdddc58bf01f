"""The worked-out money of a proposal as a small table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from app.calls.form_schema import Form, text
from app.core.types import Money
from app.proposals.figures import Figure, work_out
from app.web.filters import money, number
from workflows.machine import N_

LABELS = {
    "total": N_("Total costs"),
    "grant": N_("Grant asked for"),
    "own": N_("Own contribution"),
    "uncovered": N_("Costs not covered yet"),
    "rate": N_("Grant as a share of the total costs"),
    "direct": N_("Direct costs"),
}


@dataclass(frozen=True)
class FigureView:
    """One figure with the limit it is held against."""

    label: str
    value: str
    note: str
    is_over: bool


def figures_view(
    rules: Mapping[str, Any], form: Form, answers: Mapping[str, Any], currency: str, language: str
) -> tuple[FigureView, ...]:
    """Every figure that the answers tell so far, computed here and never in the browser."""
    lines = {o.id: text(o.label, language) for s in form.sections for q in s.questions for o in q.options}
    return tuple(_view(figure, lines, currency) for figure in work_out(rules, answers) if _is_worth_showing(figure))


def _is_worth_showing(figure: Figure) -> bool:
    return figure.code != "uncovered" or bool(figure.amount)


def _view(figure: Figure, lines: Mapping[str, str], currency: str) -> FigureView:
    label = lines.get(figure.line, figure.line) if figure.line else gettext(LABELS[figure.code])
    return FigureView(label, _value(figure, currency), _note(figure), figure.is_over or figure.code == "uncovered")


def _value(figure: Figure, currency: str) -> str:
    share = f"{number(figure.percent)} %" if figure.percent is not None else ""
    if figure.amount is None:
        return share
    amount = money(Money(figure.amount, currency))
    return f"{amount} ({share})" if share else amount


def _note(figure: Figure) -> str:
    if figure.limit_percent is None:
        return (
            gettext("Grant and own contribution do not add up to the total costs.")
            if figure.code == "uncovered"
            else ""
        )
    if figure.code == "rate":
        return gettext("At most %(percent)s %% for a grant of this size", percent=figure.limit_percent)
    return gettext("At most %(percent)s %% of the direct costs", percent=figure.limit_percent)
