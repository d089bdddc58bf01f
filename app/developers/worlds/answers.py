"""Plausible answers to any form: what the world tells, and for the rest something of the right kind. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_UP, Decimal
from typing import Any

from app.calls.form_schema import TABLES, Form, Question, is_shown
from app.calls.form_schema.budget import place_of
from app.calls.form_schema.checking import possible_answers
from app.calls.rules import rate_for

CENT = Decimal("0.01")
LINE_WEIGHTS = {"staff": 34, "travel": 10, "equipment": 16, "supplies": 8, "training": 18, "monitoring_evaluation": 8}
OTHER_WEIGHT = 3


@dataclass(frozen=True)
class Teller:
    """What is known when a form is filled in: the applicant, the money, texts by question, the day of today."""

    organisation: str
    country: str
    kind: str
    title: str
    grant: Decimal
    rate: int
    today: str
    told: Mapping[str, Any]
    rules: Mapping[str, Any]

    @property
    def percent(self) -> int:
        """The share of the costs that the grant covers: as told, else the most that the rules allow."""
        return self.rate or rate_for(self.rules, self.grant) or 100

    @property
    def total(self) -> Decimal:
        return (self.grant * 100 / self.percent).quantize(CENT, ROUND_UP)


def fill(form: Form, teller: Teller) -> dict[str, Any]:
    """Answers, in the form they are stored in, to every question that is shown (files apart)."""
    answers: dict[str, Any] = {}
    for section in form.sections:
        for question in section.questions:
            if question.kind != "file" and is_shown(form, question, answers):
                answers[question.id] = _answer(question, teller)
    return answers


def _answer(question: Question, teller: Teller) -> Any:
    if question.id in teller.told:
        return _told(question, teller.told[question.id], teller)
    figure = next((f for f, names in _figures(teller) if question.id in names), "")
    if figure in FIGURES:
        return FIGURES[figure](question, teller)
    return _of_kind(question, teller)


def _figures(teller: Teller) -> Iterator[tuple[str, list[str]]]:
    for figure, names in teller.rules.get("answers", {}).items():
        yield figure, [names] if isinstance(names, str) else list(names)


def _told(question: Question, value: Any, teller: Teller) -> Any:
    """A told value in the form it is stored in: amounts become money, booleans become yes and no, texts fit the limit."""
    if isinstance(value, str) and question.kind in {"short_text", "long_text"}:
        return _fitting(question, value, teller)
    if question.kind == "money":
        return _money(Decimal(str(value)), question)
    if question.kind == "yes_no" and isinstance(value, bool):
        return "yes" if value else "no"
    if question.kind in TABLES and isinstance(value, list):
        return [{c.id: _told(c, row[c.id], teller) for c in question.columns if c.id in row} for row in value]
    return value


def _money(amount: Decimal, question: Question) -> dict[str, str]:
    return {"amount": f"{amount.quantize(CENT):f}", "currency": question.currency}


def _title(question: Question, teller: Teller) -> str:
    return teller.title[: question.limit or 300]


def _total(question: Question, teller: Teller) -> Any:
    return _budget(question, teller) if question.kind == "budget" else _money(teller.total, question)


def _own(question: Question, teller: Teller) -> Any:
    """Own money: three fifths in cash, the rest in kind, the whole exact."""
    own = teller.total - teller.grant
    cash = (own * 3 / 5).quantize(CENT, ROUND_HALF_EVEN)
    in_kind = dict(_figures(teller)).get("in_kind", [])
    return _money(own - cash if question.id in in_kind else cash, question)


def _duration(question: Question, teller: Teller) -> int:
    most = teller.rules.get("duration", {}).get("max", 24)
    return min(24, int(most))


def _minerals(question: Question, teller: Teller) -> Any:
    first = (teller.rules.get("minerals", {}).get("allowed") or ["tin"])[0]
    return first if question.kind == "mineral" else [first]


def _partners(question: Question, teller: Teller) -> list[dict[str, Any]]:
    """As many partners as the rules want: the applicant leads, the second one is of the supply chain."""
    count = max(question.min_rows, int(teller.rules.get("partners", {}).get("min", 1)), 1)
    return [_partner(question, teller, number) for number in range(count)]


def _partner(question: Question, teller: Teller, number: int) -> dict[str, Any]:
    names = teller.rules.get("answers", {})
    row = {c.id: _of_kind(c, teller) for c in question.columns if c.required}
    for column in question.columns:
        if column.kind == "organisation":
            row[column.id] = teller.organisation if number == 0 else f"Fair Ore Trading {number}"
    if names.get("role_column") in row:
        row[names["role_column"]] = _role(question, names, number)
    if names.get("supply_chain_column") in row:
        row[names["supply_chain_column"]] = "yes" if number == 1 else "no"
    if names.get("kind_column") in row:
        row[names["kind_column"]] = teller.kind if number == 0 else "company"
    return row


def _role(question: Question, names: Mapping[str, Any], number: int) -> str:
    lead = str(names.get("lead", ""))
    column = next(c for c in question.columns if c.id == names["role_column"])
    others = [o.id for o in column.options if o.id != lead]
    return lead if number == 0 or not others else others[0]


def _budget(question: Question, teller: Teller) -> dict[str, dict[str, Any]]:
    """The total over the lines by weight; lines with a cap get half of what the cap allows, the first line the rest."""
    caps = {cap["line"]: int(cap["percent"]) for cap in teller.rules.get("caps", ())}
    money = next(c for c in question.columns if c.kind == "money")
    free = [line.id for line in question.options if line.id not in caps]
    capped = [line.id for line in question.options if line.id in caps]
    shares = {line: (teller.total * caps[line] / 250).quantize(CENT) for line in capped}
    direct = teller.total - sum(shares.values(), Decimal(0))
    weights = {line: LINE_WEIGHTS.get(line, OTHER_WEIGHT) for line in free}
    for line in free[1:]:
        shares[line] = (direct * weights[line] / sum(weights.values())).quantize(CENT)
    shares[free[0]] = teller.total - sum(shares.values(), Decimal(0))
    if len(question.sources) == 2:
        return _by_source(question, shares, teller)
    return {line.id: {money.id: _money(shares[line.id], money)} for line in question.options}


def _by_source(question: Question, shares: Mapping[str, Decimal], teller: Teller) -> dict[str, dict[str, Any]]:
    """Each line split in the proportion of grant to costs; the last line takes what rounding left, so that sums are exact."""
    columns = {place_of(question, c.id)[1]: c for c in reversed(question.columns) if c.kind == "money"}
    asked, own = (columns[source.id] for source in question.sources)
    left, lines = teller.grant, {}
    for line in question.options:
        is_last = line is question.options[-1]
        part = left if is_last else (shares[line.id] * teller.grant / teller.total).quantize(CENT, ROUND_DOWN)
        left -= part
        lines[line.id] = {asked.id: _money(part, asked), own.id: _money(shares[line.id] - part, own)}
    return lines


FIGURES = {
    "grant": lambda question, teller: _money(teller.grant, question),
    "total": _total,
    "cash": _own,
    "in_kind": _own,
    "duration": _duration,
    "minerals": _minerals,
    "partners": _partners,
}


def _of_kind(question: Question, teller: Teller) -> Any:
    """Something of the question's kind."""
    if question.id == "title":
        return _title(question, teller)
    if question.kind in {"short_text", "long_text"}:
        return _text(question, teller)
    if question.kind == "logframe":
        return _logframe(question, teller)
    if question.kind == "budget":
        return _budget(question, teller)
    if question.kind in TABLES:
        rows = max(question.min_rows, 1)
        return [{c.id: _of_kind(c, teller) for c in question.columns if c.required} for _ in range(rows)]
    plain = {
        "integer": int(Decimal(question.least or 1)),
        "decimal": question.least or "1",
        "date": teller.today,
        "yes_no": "yes",
        "consent": True,
        "country": teller.country,
        "countries": [teller.country],
        "region": {"country": teller.country, "region": "North"},
        "site": {"name": "A pit near the river", "country": teller.country, "region": "North"},
        "point": {"latitude": "-1.95", "longitude": "30.05"},
        "organisation": teller.organisation,
        "email": "office@applicant.example",
        "url": "https://applicant.example/",
    }
    if question.kind in plain:
        return plain[question.kind]
    if question.kind == "money":
        return _money(Decimal(question.least or 1), question)
    return _pick(question)


def _pick(question: Question) -> Any:
    first = question.options[0].id if question.options else min(possible_answers(question))
    return [first] if question.kind in {"choices", "minerals"} else first


def _logframe(question: Question, teller: Teller) -> list[dict[str, Any]]:
    """One outcome and an output under it."""
    plain = {c.id: _text(c, teller) for c in question.columns if c.id != "number"}
    return [{**plain, "number": number} for number in ("1", "1.1")]


def _text(question: Question, teller: Teller) -> str:
    """A sentence that says what would stand here."""
    return _fitting(question, f"{next(iter(question.label.values()))} {teller.title}.", teller)


def _fitting(question: Question, text: str, teller: Teller) -> str:
    """The text with the applicant's names put in, never over the limit of its question."""
    text = text.replace("{organisation}", teller.organisation).replace("{title}", teller.title)
    limit = question.limit or (300 if question.kind == "short_text" else 20_000)
    return " ".join(text.split()[:limit]) if question.limit_unit == "words" else text[:limit]
