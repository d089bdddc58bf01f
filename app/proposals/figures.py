"""The money of a proposal worked out from its answers: costs, grant, own contribution, rate, capped lines. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from app.calls.amounts import number_of
from app.calls.form_schema import is_empty
from app.calls.rules import answer_at, budget_lines, rate_for

CENT = Decimal("0.01")
MONEY_FIGURES = ("grant", "total", "cash", "in_kind")


@dataclass(frozen=True)
class Figure:
    """One worked-out figure: an amount or a share in percent, with the limit it is held against if there is one."""

    code: str
    amount: Decimal | None = None
    percent: Decimal | None = None
    limit_percent: int | None = None
    line: str = ""

    @property
    def is_over(self) -> bool:
        """Whether a share is above its limit, judged on the rounded-up side so that 70.001 % is over 70 %."""
        return self.percent is not None and self.limit_percent is not None and self.percent > self.limit_percent


def questions_of(rules: Mapping[str, Any]) -> frozenset[str]:
    """The questions whose answers these figures come from."""
    names = rules.get("answers", {})
    return frozenset(q.partition(".")[0] for figure in MONEY_FIGURES for q in _named(names.get(figure)))


def work_out(rules: Mapping[str, Any], answers: Mapping[str, Any]) -> list[Figure]:
    """Every figure that the answers tell so far."""
    return list(_figures(rules, answers))


def _named(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value or ())


def _answer(rules: Mapping[str, Any], answers: Mapping[str, Any], figure: str) -> Any:
    names = _named(rules.get("answers", {}).get(figure))
    found = (answer_at(answers, name) for name in names)
    return next((value for value in found if not is_empty(value)), None)


def _amount(value: Any) -> Decimal | None:
    lines = budget_lines(value)
    return sum(lines.values(), Decimal(0)) if lines else number_of(value)


def _figures(rules: Mapping[str, Any], answers: Mapping[str, Any]) -> Iterator[Figure]:
    amounts = {figure: _amount(_answer(rules, answers, figure)) for figure in MONEY_FIGURES}
    grant, total = amounts["grant"], amounts["total"]
    own = [a for a in (amounts["cash"], amounts["in_kind"]) if a is not None]
    for figure in ("total", "grant"):
        if amounts[figure] is not None:
            yield Figure(figure, amount=amounts[figure])
    if own:
        yield Figure("own", amount=sum(own, Decimal(0)))
    if own and grant is not None and total is not None:
        yield Figure("uncovered", amount=total - grant - sum(own, Decimal(0)))
    if grant is not None and total:
        yield Figure("rate", percent=_share(grant, total), limit_percent=rate_for(rules, grant))
    yield from _capped(rules, answers)


def _capped(rules: Mapping[str, Any], answers: Mapping[str, Any]) -> Iterator[Figure]:
    caps = {cap["line"]: cap["percent"] for cap in rules.get("caps", ())}
    lines = budget_lines(_answer(rules, answers, "total"))
    direct = sum((a for line, a in lines.items() if line not in caps), Decimal(0))
    if lines and caps:
        yield Figure("direct", amount=direct)
    for line, percent in caps.items():
        if line in lines:
            share = _share(lines[line], direct) if direct else None
            yield Figure("capped", amount=lines[line], percent=share, limit_percent=percent, line=line)


def _share(part: Decimal, whole: Decimal) -> Decimal:
    """A share in percent with two decimals that never hides an excess: what is over a whole percent stays over it."""
    exact = part * 100 / whole
    rounded = exact.quantize(CENT, ROUND_HALF_EVEN)
    return rounded + CENT if rounded < exact and rounded == rounded.to_integral_value() else rounded
