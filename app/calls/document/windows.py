"""Funding windows against the rest of the call: their money, and the question in which a proposal names its window."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from app.calls.document.types import StageDocument
from app.calls.strict import Node
from workflows.machine import N_


def check(node: Node, rules: Mapping[str, Any], stages: tuple[StageDocument, ...], budget: str) -> None:
    """Note what does not fit: codes, countries, sums, and the question ``answers.window``."""
    windows = rules.get("windows", [])
    if not windows:
        return
    place = node.child("windows", None)
    codes = [window["code"] for window in windows]
    for code in sorted({c for c in codes if c and codes.count(c) > 1}):
        place.flaw(N_("“%(name)s” is used twice"), name=code)
    total = sum((Decimal(window["budget"]) for window in windows), Decimal(0))
    if total > Decimal(budget) > 0:
        place.flaw(N_("the windows add up to %(sum)s, more than the budget of %(budget)s"), sum=total, budget=budget)
    for figure in ("countries", "minerals"):
        _check_scope(place, windows, figure, rules.get(figure, {}).get("allowed"))
    _check_question(node, rules, stages, codes)


def _check_scope(place: Node, windows: list[dict[str, Any]], figure: str, allowed: list[str] | None) -> None:
    for number, window in enumerate(windows):
        outside = sorted(set(window.get(figure, ())) - set(allowed)) if allowed else []
        if outside:
            there = place.child(number, None).child(figure, None)
            there.flaw(N_("outside the scope of the call: %(names)s"), names=", ".join(outside))


def _check_question(node: Node, rules: Mapping[str, Any], stages: tuple[StageDocument, ...], codes: list[str]) -> None:
    """A proposal names its window in a question whose possible answers are the windows."""
    named = rules.get("answers", {}).get("window")
    place = node.child("answers", None).child("window", None)
    if not named:
        place.flaw(N_("is missing: name the question in which a proposal chooses its window"))
        return
    for name in [named] if isinstance(named, str) else named:
        found = [q for stage in stages if (q := stage.form.question(name)) is not None]
        for question in found:
            if question.kind != "choice" or {option.id for option in question.options} != set(codes):
                message = N_("“%(name)s” must be a choice of exactly the windows: %(codes)s")
                place.flaw(message, name=name, codes=", ".join(codes))
