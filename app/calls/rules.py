"""The rules of a call that figures can keep or break: grant size, rate, partners, duration, minerals, caps. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from app.calls.amounts import number_of, written
from workflows.machine import N_

Rules = Mapping[str, Any]
EMPTY: tuple[Any, ...] = (None, "", [], {})
Answers = Mapping[str, Any]
CODES = (
    "grant_min", "grant_max", "rate", "balance", "own_contribution", "in_kind", "partners", "lead", "organisation_kinds",
    "supply_chain", "duration", "minerals", "countries", "caps", "window",
)  # fmt: skip
FIGURES = (
    "grant", "total", "cash", "in_kind", "partners", "duration", "minerals", "countries", "role_column", "lead",
    "supply_chain_column", "kind_column", "window",
)  # fmt: skip


@dataclass(frozen=True)
class BrokenRule:
    """A rule that the answers break: a translatable sentence and the question where it is mended."""

    code: str
    question_id: str
    message: str
    params: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.message % self.params if self.params else self.message


def broken_rules(rules: Rules, answers: Answers) -> list[BrokenRule]:
    """Rules that stand in the way of submitting; a rule whose figures are not answered yet is not broken."""
    return [b for b in breaches(rules, answers) if b.code not in rules.get("left_to_screening", ())]


def breaches(rules: Rules, answers: Answers) -> list[BrokenRule]:
    """Every broken rule, also those that the call leaves to a person in screening."""
    case = _Case(rules, answers)
    return [
        b
        for judge in (
            _grant,
            _rate,
            _balance,
            _own_contribution,
            _in_kind,
            _partnership,
            _supply_chain,
            _rest,
            _caps,
            _window,
        )
        for b in judge(case)
    ]


class _Case:
    """The figures of one proposal, found by the names the call gives them."""

    def __init__(self, rules: Rules, answers: Answers) -> None:
        self.rules = rules
        self.answers = answers
        self.names: Mapping[str, Any] = rules.get("answers", {})
        self.currency = str(rules.get("currency", "EUR"))

    def question(self, figure: str) -> str:
        """The question that holds a figure; of several, the first that is answered."""
        named = self.names.get(figure) or ()
        wanted = [named] if isinstance(named, str) else list(named)
        return next((q for q in wanted if answer_at(self.answers, q) not in EMPTY), wanted[0] if wanted else "")

    def value(self, figure: str) -> Any:
        return answer_at(self.answers, self.question(figure))

    def codes(self, figure: str) -> set[str]:
        """The codes that answer a question of one or of several."""
        value = self.value(figure)
        named = [value] if isinstance(value, str) and value else value
        return {str(code) for code in named} if isinstance(named, list) else set()

    def amount(self, figure: str) -> Decimal | None:
        value = self.value(figure)
        lines = budget_lines(value)
        return sum(lines.values(), Decimal(0)) if lines else number_of(value)

    def rows(self) -> list[Mapping[str, Any]]:
        value = self.value("partners")
        rows = value if isinstance(value, list) else []
        return [r for r in rows if isinstance(r, dict) and any(v not in (None, "", []) for v in r.values())]

    def column(self, figure: str) -> list[Any]:
        return [row.get(str(self.names.get(figure, ""))) for row in self.rows()]

    def written(self, amount: Decimal | str) -> str:
        return written(Decimal(amount), self.currency)

    def broken(self, code: str, figure: str, message: str, **params: object) -> BrokenRule:
        return BrokenRule(code, self.question(figure).partition(".")[0], message, params)


def answer_at(answers: Answers, name: str) -> Any:
    """The answer that holds a figure: of a question, or only the cells of one source of a budget (``budget.own``)."""
    question, _, source = name.partition(".")
    value = answers.get(question)
    if not source:
        return value
    cells = re.compile(rf"(?:y\d+_)?{re.escape(source)}")
    lines = value.items() if isinstance(value, dict) else ()
    own = {
        line: {column: cell for column, cell in row.items() if cells.fullmatch(column)}
        for line, row in lines
        if isinstance(row, dict)
    }
    return {line: row for line, row in own.items() if row}


def budget_lines(value: Any) -> dict[str, Decimal]:
    """Sum of each line of a budget answer over its money columns; nothing when the answer is no budget."""
    if not isinstance(value, dict) or "amount" in value:
        return {}
    lines = {}
    for line, cells in value.items():
        if isinstance(cells, dict):
            amounts = (number_of(c) for c in cells.values() if isinstance(c, dict))
            lines[line] = sum((a for a in amounts if a is not None), Decimal(0))
    return lines


def _grant(case: _Case) -> Iterator[BrokenRule]:
    grant, limits = case.amount("grant"), case.rules.get("grant", {})
    if grant is None:
        return
    if limits.get("min") and grant < Decimal(limits["min"]):
        message = N_("The grant asked for is below the least amount of %(least)s.")
        yield case.broken("grant_min", "grant", message, least=case.written(limits["min"]))
    if limits.get("max") and grant > Decimal(limits["max"]):
        message = N_("The grant asked for is above the most this call gives, %(most)s.")
        yield case.broken("grant_max", "grant", message, most=case.written(limits["max"]))


def rate_for(rules: Rules, grant: Decimal) -> int | None:
    """The highest share of the total costs, in percent, that a grant of this size may cover."""
    for step in rules.get("rates", {}).get("steps", ()):
        if step.get("up_to") is None or grant <= Decimal(step["up_to"]):
            return int(step["percent"])
    return None


def _rate(case: _Case) -> Iterator[BrokenRule]:
    grant, total = case.amount("grant"), case.amount("total")
    percent = rate_for(case.rules, grant) if grant is not None else None
    if grant is None or total is None or percent is None or grant * 100 <= total * percent:
        return
    message = N_("A grant of %(grant)s may cover at most %(percent)s %% of the total costs, which are %(total)s.")
    yield case.broken("rate", "grant", message, grant=case.written(grant), percent=percent, total=case.written(total))


def _balance(case: _Case) -> Iterator[BrokenRule]:
    grant, total = case.amount("grant"), case.amount("total")
    own = [case.amount("cash"), case.amount("in_kind")]
    if not case.rules.get("balance") or grant is None or total is None or own == [None, None]:
        return
    sources = grant + sum((o for o in own if o is not None), Decimal(0))
    if sources != total:
        message = N_("Grant and own contribution together are %(sources)s, but the total costs are %(total)s.")
        yield case.broken("balance", "cash", message, sources=case.written(sources), total=case.written(total))


def _own_contribution(case: _Case) -> Iterator[BrokenRule]:
    """The applicant's own part of the costs, in cash and in kind."""
    percent, total = case.rules.get("own_contribution", {}).get("min_percent"), case.amount("total")
    own = [amount for amount in (case.amount("cash"), case.amount("in_kind")) if amount is not None]
    if percent is None or not total or not own or sum(own) * 100 >= total * percent:
        return
    message = N_("The own contribution must be at least %(percent)s %% of the total costs; it is %(own)s of %(total)s.")
    figure = "cash" if case.amount("cash") is not None else "in_kind"
    yield case.broken(
        "own_contribution",
        figure,
        message,
        percent=percent,
        own=case.written(sum(own, Decimal(0))),
        total=case.written(total),
    )


def _in_kind(case: _Case) -> Iterator[BrokenRule]:
    own = case.amount("in_kind")
    if own and not case.rules.get("own_contribution", {}).get("in_kind", True):
        yield case.broken("in_kind", "in_kind", N_("This call counts no contribution in kind."))


def _partnership(case: _Case) -> Iterator[BrokenRule]:
    rows, least = case.rows(), case.rules.get("partners", {}).get("min", 0)
    if not rows:
        return
    if len(rows) < least:
        message = N_("At least %(least)s partners are needed; you name %(count)s.")
        yield case.broken("partners", "partners", message, least=least, count=len(rows))
    leads = case.column("role_column").count(case.names.get("lead")) if case.names.get("role_column") else 1
    if leads != 1:
        yield case.broken("lead", "partners", N_("Exactly one partner leads; you name %(count)s."), count=leads)
    allowed = case.rules.get("organisation_kinds", {}).get("allowed")
    wrong = [k for k in case.column("kind_column") if k and k not in allowed] if allowed else []
    if wrong:
        message = N_("%(count)s partners are of a kind of organisation that cannot apply.")
        yield case.broken("organisation_kinds", "partners", message, count=len(wrong))


def _supply_chain(case: _Case) -> Iterator[BrokenRule]:
    grant, above = case.amount("grant"), case.rules.get("supply_chain", {}).get("above")
    if grant is None or above is None or grant <= Decimal(above) or not case.rows():
        return
    if "yes" not in case.column("supply_chain_column"):
        message = N_("A grant above %(above)s needs a partner from the supply chain.")
        yield case.broken("supply_chain", "partners", message, above=case.written(above))


def _rest(case: _Case) -> Iterator[BrokenRule]:
    months, limits = case.amount("duration"), case.rules.get("duration", {})
    if months is not None and months > limits.get("max", months):
        message = N_("The project may run for at most %(most)s months.")
        yield case.broken("duration", "duration", message, most=limits["max"])
    if months is not None and months < limits.get("min", months):
        message = N_("The project must run for at least %(least)s months.")
        yield case.broken("duration", "duration", message, least=limits["min"])
    for figure, message in (
        ("minerals", N_("This call does not cover every mineral you name; leave out: %(outside)s.")),
        ("countries", N_("This call does not cover every country you name; leave out: %(outside)s.")),
    ):
        allowed = case.rules.get(figure, {}).get("allowed")
        outside = sorted(case.codes(figure) - set(allowed)) if allowed else []
        if outside:
            yield case.broken(figure, figure, message, outside=", ".join(outside))


def _caps(case: _Case) -> Iterator[BrokenRule]:
    """Caps are shares of the direct costs: of all lines that have no cap of their own."""
    caps = {c["line"]: c["percent"] for c in case.rules.get("caps", ())}
    lines = budget_lines(case.value("total"))
    direct = sum((a for line, a in lines.items() if line not in caps), Decimal(0))
    for line, percent in caps.items():
        if lines.get(line, Decimal(0)) * 100 > direct * percent:
            message = N_("The budget line “%(line)s” may be at most %(percent)s %% of the direct costs of %(direct)s.")
            yield case.broken("caps", "total", message, line=line, percent=percent, direct=case.written(direct))


def window_of(rules: Rules, answers: Answers) -> str:
    """The code of the funding window that the answers name, or nothing."""
    value = _Case(rules, answers).value("window")
    return value if isinstance(value, str) else ""


def _window(case: _Case) -> Iterator[BrokenRule]:
    """A window for some countries or minerals is for proposals about these alone."""
    code = case.value("window")
    window = next((w for w in case.rules.get("windows", ()) if w["code"] == code), None)
    for figure, message in (
        ("countries", N_("The window you chose is for other countries; leave out: %(outside)s.")),
        ("minerals", N_("The window you chose is for other minerals; leave out: %(outside)s.")),
    ):
        allowed = (window or {}).get(figure)
        outside = sorted(case.codes(figure) - set(allowed)) if allowed else []
        if outside:
            yield case.broken("window", "window", message, outside=", ".join(outside))
