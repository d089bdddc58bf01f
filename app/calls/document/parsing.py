"""Reading a whole call; every flaw of its author gets a sentence and a path."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.calls import rules_parsing
from app.calls.document import beside, windows
from app.calls.document.dates import WALL, canonical_sha256
from app.calls.document.stages import parse_stage, wall_time
from app.calls.document.types import CallDocument, StageDocument
from app.calls.strict import Node
from app.calls.vocabulary import MINERALS
from workflows.machine import N_

LANGUAGES = ("en", "fr", "es")
CODE = re.compile(r"[A-Z][A-Z0-9-]{1,38}[A-Z0-9]")
PREFIX = re.compile(r"[A-Z][A-Z0-9-]{1,17}[A-Z0-9]")
CURRENCY = re.compile(r"[A-Z]{3}")
REQUIRED = (
    "code", "programme", "reference_prefix", "title", "summary", "currency", "budget", "timezone", "languages",
    "minerals", "contact", "rules", "stages",
)  # fmt: skip
OPTIONAL = ("documents", "sources", "process", "quiz", "contacts")
BLIND = ("none", "single", "double")
PROCESS = (
    "reviews_wanted", "quorum", "review_days", "correction_days", "sign_off", "discussion", "reserve_list", "blind",
    "tranches", "late_minutes", "practice", "training", "questions_until",
)  # fmt: skip
MOST_LATE_MINUTES = 120


def parse(document: dict[str, Any]) -> CallDocument:
    """Check a whole call; raises ``FormError`` with every flaw and its path."""
    root = Node(document)
    parts = root.mapping(REQUIRED, OPTIONAL)
    languages = tuple(n.choice(LANGUAGES) for n in parts["languages"].items(1, 3)) or ("en",)
    currency = parts["currency"].word(CURRENCY) or "EUR"
    minerals = [m.choice(sorted(MINERALS)) for m in parts["minerals"].items(1, 20)]
    zone = _zone(parts["timezone"])
    stages = tuple(parse_stage(s, languages, currency) for s in parts["stages"].items(1, 5))
    _check_stages(parts["stages"], stages)
    rules = rules_parsing.parse_node(parts["rules"], languages, currency, minerals)
    _check_names(parts["rules"], rules, stages)
    _check_figures(parts["rules"], rules, stages)
    budget = _budget(parts["budget"])
    windows.check(parts["rules"], rules, stages, budget)
    found = CallDocument(
        code=parts["code"].word(CODE),
        programme=_programme(parts["programme"]),
        reference_prefix=parts["reference_prefix"].word(PREFIX),
        title=parts["title"].texts(languages),
        summary=parts["summary"].texts(languages),
        currency=currency,
        budget=budget,
        zone=zone,
        languages=list(languages),
        minerals=minerals,
        contact=parts["contact"].text(),
        documents=[_link(d, languages) for d in parts["documents"].items(0, 30)],
        sources=[s.text() for s in parts["sources"].items(0, 50)],
        quiz=beside.parse_quiz(parts["quiz"], languages),
        contacts=beside.parse_contacts(parts["contacts"], languages),
        rules=rules,
        process=_process(parts["process"], stages),
        stages=stages,
        sha256=canonical_sha256(document),
    )
    root.finish()
    return found


def _programme(node: Node) -> dict[str, str]:
    parts = node.mapping(("code", "name"), ("description",))
    return {
        "code": parts["code"].word(PREFIX),
        "name": parts["name"].text(longest=200),
        "description": parts["description"].text(),
    }


def _zone(node: Node) -> str:
    name = node.text("UTC", longest=40)
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        node.flaw(N_("“%(value)s” is no time zone; write one like Europe/Amsterdam"), value=name)
    return name


def _budget(node: Node) -> str:
    amount = node.amount()
    if amount == "0.00":
        node.flaw(N_("must be more than zero"))
    return amount or "0.00"


def _link(node: Node, languages: tuple[str, ...]) -> dict[str, Any]:
    parts = node.mapping(("title", "url"))
    url = parts["url"].text()
    if url and not re.fullmatch(r"https://[^\s<>\"]{4,500}", url):
        parts["url"].flaw(N_("must be an address that begins with https://"))
    return {"title": parts["title"].texts(languages), "url": url}


def _process(node: Node, stages: tuple[StageDocument, ...]) -> dict[str, Any]:
    """How the call is run; what is not written gets the default given here."""
    parts = node.mapping((), PROCESS) if node.value is not None else {n: node.child(n, None) for n in PROCESS}
    tranches = [t.integer(0, 1, 100) for t in parts["tranches"].items(0, 20)] or [100]
    if sum(tranches) != 100:
        parts["tranches"].flaw(N_("the tranches add up to %(sum)s, not 100"), sum=sum(tranches))
    return {
        "reviews_wanted": parts["reviews_wanted"].integer(2, 1, 20),
        "quorum": parts["quorum"].integer(2, 1, 50),
        "review_days": parts["review_days"].integer(14, 1, 365),
        "correction_days": parts["correction_days"].integer(10, 1, 365),
        "sign_off": parts["sign_off"].flag(False),
        "discussion": parts["discussion"].flag(False),
        "reserve_list": parts["reserve_list"].flag(True),
        "blind": parts["blind"].choice(BLIND, "single"),
        "tranches": tranches,
        "late_minutes": parts["late_minutes"].integer(0, 0, MOST_LATE_MINUTES),
        "practice": parts["practice"].flag(True),
        "training": parts["training"].flag(False),
        **_until(parts["questions_until"], stages),
    }


def _until(node: Node, stages: tuple[StageDocument, ...]) -> dict[str, str]:
    """Until when questions are taken, where the call says so; else until its first stage closes."""
    if node.value is None:
        return {}
    known = len(node.flaws)
    until = wall_time(node)
    if len(node.flaws) > known or not all(stage.opens < stage.closes for stage in stages):
        return {}
    if stages and until <= min(stage.opens for stage in stages):
        node.flaw(N_("must be later than the first stage opens"))
    elif stages and until > max(stage.closes for stage in stages):
        node.flaw(N_("cannot be later than the last stage closes"))
    return {"questions_until": until.strftime(WALL)}


def _check_stages(node: Node, stages: tuple[StageDocument, ...]) -> None:
    keys = [stage.key for stage in stages]
    for key in sorted({k for k in keys if k and keys.count(k) > 1}):
        node.flaw(N_("“%(name)s” is used twice"), name=key)
    for earlier, later in pairwise(stages):
        if later.closes < earlier.closes:
            node.flaw(N_("“%(later)s” closes before “%(earlier)s”"), later=later.key, earlier=earlier.key)


def _has_figure(stage: StageDocument, name: str) -> bool:
    """Whether a stage asks for a figure: a question, or a source of money of a budget (``budget.own``)."""
    ident, _, source = name.partition(".")
    question = stage.form.question(ident)
    return question is not None and (not source or any(own.id == source for own in question.sources))


def _check_figures(node: Node, rules: dict[str, Any], stages: tuple[StageDocument, ...]) -> None:
    """The grant is a part of the costs: it is not the whole budget in which the total costs stand."""
    named = rules.get("answers", {})
    grant, total = (
        [found] if isinstance(found, str) else found for found in (named.get(n, []) for n in ("grant", "total"))
    )
    for name in sorted({*grant} & {*total}):
        asked = (stage.form.question(name) for stage in stages)
        if any(question is not None and question.kind == "budget" for question in asked):
            message = N_("“%(name)s” cannot be both the grant and the total costs; name one source of it for the grant")
            node.child("answers", None).child("grant", None).flaw(message, name=name)


def _check_names(node: Node, rules: dict[str, Any], stages: tuple[StageDocument, ...]) -> None:
    """Every question that a rule looks at exists in some stage."""
    for figure, named in rules.get("answers", {}).items():
        if figure.endswith("_column") or figure == "lead":
            continue
        for name in [named] if isinstance(named, str) else named:
            if name and not any(_has_figure(stage, name) for stage in stages):
                node.flaw(
                    N_("answers.%(figure)s names “%(name)s”, which is no question of any stage"),
                    figure=figure,
                    name=name,
                )
