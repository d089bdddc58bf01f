"""From the ``rules`` of a call's document to the plain values that are kept with the call."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from app.calls.rules import CODES, FIGURES
from app.calls.strict import Node
from app.calls.vocabulary import COUNTRIES, MINERALS
from workflows.machine import N_

# A question, or one source of money of a budget.
FIGURE = re.compile(r"[a-z][a-z0-9_]{0,59}(?:\.[a-z][a-z0-9_]{0,39})?")
PARTS = (
    "answers", "grant", "rates", "balance", "own_contribution", "partners", "organisation_kinds", "supply_chain",
    "duration", "countries", "caps", "left_to_screening", "notes", "windows",
)  # fmt: skip


def parse_node(node: Node, languages: tuple[str, ...], currency: str, minerals: Sequence[str]) -> dict[str, Any]:
    """Read the rules, noting flaws; the call's minerals become a rule of their own."""
    parts = node.mapping(("answers",), PARTS[1:])
    found: dict[str, Any] = {
        "currency": currency,
        "answers": _names(parts["answers"]),
        "grant": _amounts(parts["grant"]),
        "rates": _rates(parts["rates"]),
        "balance": parts["balance"].flag(False),
        "own_contribution": _own_contribution(parts["own_contribution"], languages),
        "partners": _numbers(parts["partners"], ("min",)),
        "organisation_kinds": _allowed(parts["organisation_kinds"]),
        "supply_chain": _supply_chain(parts["supply_chain"]),
        "duration": _numbers(parts["duration"], ("min", "max")),
        "countries": _allowed(parts["countries"]),
        "minerals": {"allowed": list(minerals)} if minerals else {},
        "caps": [_cap(c) for c in parts["caps"].items(0, 20)],
        "left_to_screening": [c.choice(CODES) for c in parts["left_to_screening"].items()],
        "notes": [n.texts(languages) for n in parts["notes"].items(0, 20)],
        "windows": [_window(w, languages) for w in parts["windows"].items(0, 30)],
    }
    return {name: value for name, value in found.items() if value not in ({}, [])}


def _names(node: Node) -> dict[str, Any]:
    names: dict[str, Any] = {}
    for figure, entry in node.mapping((), FIGURES).items():
        if entry.value is not None:
            several = isinstance(entry.value, list)
            names[figure] = [e.word(FIGURE) for e in entry.items(1, 5)] if several else entry.word(FIGURE)
    return names


def _source(parts: dict[str, Node]) -> dict[str, Any]:
    return {"source": parts["source"].text()} if parts["source"].value is not None else {}


def _amounts(node: Node) -> dict[str, Any]:
    if node.value is None:
        return {}
    parts = node.mapping((), ("min", "max", "source"))
    found: dict[str, Any] = {n: parts[n].amount() for n in ("min", "max") if parts[n].value is not None}
    return found | _source(parts)


def _numbers(node: Node, names: tuple[str, ...]) -> dict[str, Any]:
    if node.value is None:
        return {}
    parts = node.mapping((), (*names, "source"))
    found: dict[str, Any] = {n: parts[n].integer(0, 1, 600) for n in names if parts[n].value is not None}
    return found | _source(parts)


def _rates(node: Node) -> dict[str, Any]:
    if node.value is None:
        return {}
    parts = node.mapping(("steps",), ("source",))
    steps = []
    for item in parts["steps"].items(1, 10):
        step = item.mapping(("percent",), ("up_to",))
        steps.append({"up_to": step["up_to"].amount(), "percent": step["percent"].integer(0, 1, 100)})
    if steps and steps[-1]["up_to"] is not None:
        parts["steps"].flaw(N_("the last step has no up_to: it holds for every larger grant"))
    return {"steps": steps} | _source(parts)


def _own_contribution(node: Node, languages: tuple[str, ...]) -> dict[str, Any]:
    if node.value is None:
        return {}
    parts = node.mapping((), ("in_kind", "min_percent", "excluded", "source"))
    found: dict[str, Any] = {"in_kind": parts["in_kind"].flag(True)}
    if parts["min_percent"].value is not None:
        found["min_percent"] = parts["min_percent"].integer(0, 1, 100)
    if parts["excluded"].value:
        found["excluded"] = parts["excluded"].texts(languages)
    return found | _source(parts)


def _allowed(node: Node) -> dict[str, Any]:
    if node.value is None:
        return {}
    parts = node.mapping(("allowed",), ("source",))
    return {"allowed": [entry.text() for entry in parts["allowed"].items(1, 260)]} | _source(parts)


def _supply_chain(node: Node) -> dict[str, Any]:
    if node.value is None:
        return {}
    parts = node.mapping(("above",), ("source",))
    return {"above": parts["above"].amount()} | _source(parts)


def _window(node: Node, languages: tuple[str, ...]) -> dict[str, Any]:
    """A part of the budget that is kept for some countries, minerals or themes."""
    parts = node.mapping(("code", "label", "budget"), ("countries", "minerals", "themes"))
    found = {
        "code": parts["code"].word(),
        "label": parts["label"].texts(languages),
        "countries": [c.choice(sorted(COUNTRIES)) for c in parts["countries"].items(0, 260)],
        "minerals": [m.choice(sorted(MINERALS)) for m in parts["minerals"].items(0, 20)],
        "themes": [t.texts(languages) for t in parts["themes"].items(0, 20)],
        "budget": parts["budget"].amount() or "0.00",
    }
    return {name: value for name, value in found.items() if value != []}


def _cap(node: Node) -> dict[str, Any]:
    parts = node.mapping(("line", "percent"), ("source",))
    return {"line": parts["line"].word(), "percent": parts["percent"].integer(0, 1, 100)} | _source(parts)
