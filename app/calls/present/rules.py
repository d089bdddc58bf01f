"""The rules of a call as sentences. Where they come from stands in the call's file, for its authors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from flask_babel import gettext

from app.calls.drafting.pages.rules import KINDS as KIND_OPTIONS
from app.calls.form_schema import text
from app.calls.models import Call
from app.calls.present.questions import country_options, mineral_names
from app.core.types import Money
from app.web.filters import whole_money

KINDS = dict(KIND_OPTIONS)


def rule_lines(call: Call, language: str) -> tuple[str, ...]:
    """Every rule of the call, in the order in which applicants meet them."""
    rules = call.rules
    found: list[str] = []
    for name, say in SENTENCES.items():
        part = rules.get(name)
        if isinstance(part, Mapping):
            found += say(part, call, language)
    found += [_cap(cap, call, language) for cap in rules.get("caps", ())]
    if rules.get("balance"):
        found.append(gettext("Grant and own contribution together are the total costs."))
    found += [text(note, language) for note in rules.get("notes", ())]
    return tuple(found)


def _money(amount: str, call: Call) -> str:
    return whole_money(Money(Decimal(amount), call.currency))


def _grant(part: Mapping[str, Any], call: Call, _language: str) -> Iterator[str]:
    least, most = part.get("min"), part.get("max")
    if least and most:
        values = {"least": _money(least, call), "most": _money(most, call)}
        yield gettext("The grant is between %(least)s and %(most)s.", **values)
    elif most:
        yield gettext("The grant is at most %(amount)s.", amount=_money(most, call))
    elif least:
        yield gettext("The grant is at least %(amount)s.", amount=_money(least, call))


def _rates(part: Mapping[str, Any], call: Call, _language: str) -> Iterator[str]:
    below = ""
    for step in part["steps"]:
        if step["up_to"]:
            below = _money(step["up_to"], call)
            yield gettext(
                "A grant up to %(amount)s may cover %(percent)s %% of the total costs.",
                amount=below,
                percent=step["percent"],
            )
        elif below:
            yield gettext(
                "A grant above %(amount)s may cover at most %(percent)s %% of the total costs.",
                amount=below,
                percent=step["percent"],
            )
        else:
            yield gettext("The grant may cover at most %(percent)s %% of the total costs.", percent=step["percent"])


def _own(part: Mapping[str, Any], _call: Call, language: str) -> Iterator[str]:
    if part.get("in_kind"):
        yield gettext("The own contribution may be in cash or in kind.")
    else:
        yield gettext("The own contribution must be in cash.")
    if part.get("min_percent"):
        yield gettext("It must be at least %(percent)s %% of the total costs.", percent=part["min_percent"])
    if part.get("excluded"):
        yield text(part["excluded"], language)


def _partners(part: Mapping[str, Any], _call: Call, _language: str) -> Iterator[str]:
    yield gettext("At least %(count)s partners apply together; one of them leads.", count=part["min"])


def _kinds(part: Mapping[str, Any], _call: Call, _language: str) -> Iterator[str]:
    kinds = ", ".join(gettext(KINDS[kind]) if kind in KINDS else kind for kind in part["allowed"])
    yield gettext("These may apply: %(kinds)s.", kinds=kinds)


def _chain(part: Mapping[str, Any], call: Call, _language: str) -> Iterator[str]:
    yield gettext("Above %(amount)s a partner from the supply chain is compulsory.", amount=_money(part["above"], call))


def _duration(part: Mapping[str, Any], _call: Call, _language: str) -> Iterator[str]:
    if part.get("min"):
        yield gettext("The project runs for at least %(months)s months.", months=part["min"])
    if part.get("max"):
        yield gettext("The project runs for at most %(months)s months.", months=part["max"])


def _minerals(part: Mapping[str, Any], _call: Call, _language: str) -> Iterator[str]:
    yield gettext("Minerals in scope: %(names)s.", names=", ".join(mineral_names(part["allowed"])))


def _countries(part: Mapping[str, Any], _call: Call, _language: str) -> Iterator[str]:
    names = dict(country_options())
    yield gettext("Countries in scope: %(names)s.", names=", ".join(names.get(c, c) for c in part["allowed"]))


def _cap(cap: Mapping[str, Any], call: Call, language: str) -> str:
    return gettext(
        "The budget line “%(line)s” is at most %(percent)s %% of the direct costs.",
        line=_line_label(cap["line"], call, language),
        percent=cap["percent"],
    )


def _line_label(line: str, call: Call, language: str) -> str:
    """The name of a budget line as the call's form writes it."""
    documents = (stage.form_version.document for stage in reversed(call.stages))
    questions = (q for document in documents for s in document["sections"] for q in s["questions"])
    lines = (option for q in questions for option in q.get("lines") or ())
    return next((text(option["label"], language) for option in lines if option["id"] == line), line)


SENTENCES = {
    "grant": _grant,
    "rates": _rates,
    "own_contribution": _own,
    "partners": _partners,
    "organisation_kinds": _kinds,
    "supply_chain": _chain,
    "duration": _duration,
    "minerals": _minerals,
    "countries": _countries,
}
