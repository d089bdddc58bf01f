"""From the document of a form to ``Form``; every mistake of its author gets a sentence and a path."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from app.calls.form_schema.types import (
    AUDIENCES,
    CELL_KINDS,
    KINDS,
    TABLES,
    Condition,
    Form,
    Option,
    Question,
    Section,
)
from app.calls.strict import Node
from workflows.machine import N_

FILE_TYPES = ("pdf", "png", "jpg", "txt", "csv", "docx", "xlsx", "pptx", "odt", "ods")
CURRENCY = re.compile(r"[A-Z]{3}")
OPTION = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
OPTIONAL = (
    "help", "required", "options", "limit", "limit_unit", "least", "most", "show_if", "columns", "lines", "min_rows",
    "max_rows", "currency", "file_types", "max_files", "visible_to", "standard",
)  # fmt: skip
BELONGS = {
    "options": {"choice", "choices"},
    "lines": {"budget"},
    "columns": {*TABLES, "budget"},
    "min_rows": TABLES,
    "max_rows": TABLES,
    "limit": {"short_text", "long_text"},
    "limit_unit": {"short_text", "long_text"},
    "least": {"integer", "decimal", "money"},
    "most": {"integer", "decimal", "money"},
    "currency": {"money", "budget"},
    "file_types": {"file"},
    "max_files": {"file"},
}
NEEDED = {"choice": "options", "choices": "options", "table": "columns", "partners": "columns", "budget": "lines"}


def parse(document: Any, languages: Iterable[str] = ("en",)) -> Form:
    """Read a form; raises ``FormError`` with all flaws. Labels are compulsory in every one of ``languages``."""
    root = document if isinstance(document, Node) else Node(document)
    form = parse_node(root, tuple(languages))
    root.finish()
    return form


def parse_node(node: Node, languages: tuple[str, ...], currency: str = "EUR") -> Form:
    """Read a form inside a larger document, noting flaws instead of raising."""
    parts = node.mapping(("sections",), ("currency",))
    currency = parts["currency"].word(CURRENCY) or currency
    sections = tuple(_section(s, languages, currency) for s in parts["sections"].items(1, 60))
    _unique(parts["sections"], [s.id for s in sections])
    form = Form(sections)
    _unique(parts["sections"], [q.id for s in sections for q in s.questions])
    _check_conditions(parts["sections"], form)
    return form


def _unique(node: Node, names: list[str]) -> None:
    for name in sorted({n for n in names if n and names.count(n) > 1}):
        node.flaw(N_("“%(name)s” is used twice"), name=name)


def _section(node: Node, languages: tuple[str, ...], currency: str) -> Section:
    parts = node.mapping(("id", "title", "questions"), ("intro",))
    questions = tuple(_question(q, languages, currency, KINDS) for q in parts["questions"].items(1, 80))
    return Section(parts["id"].word(), parts["title"].texts(languages), parts["intro"].texts(languages[:1]), questions)


def _question(node: Node, languages: tuple[str, ...], currency: str, kinds: tuple[str, ...]) -> Question:
    parts = node.mapping(("id", "kind", "label"), OPTIONAL)
    kind = parts["kind"].choice(kinds)
    _check_belonging(parts, kind)
    columns = tuple(_question(c, languages, currency, CELL_KINDS) for c in parts["columns"].items(0, 12))
    _unique(parts["columns"], [c.id for c in columns])
    return Question(
        id=parts["id"].word(),
        kind=kind,
        label=parts["label"].texts(languages),
        help=parts["help"].texts(languages[:1]),
        required=parts["required"].flag(True),
        standard=parts["standard"].word(OPTION),
        options=_options(parts["lines" if kind == "budget" else "options"], languages),
        limit=parts["limit"].integer(0, 1, 50_000) or None,
        limit_unit=parts["limit_unit"].choice(("words", "characters"), "characters"),
        least=parts["least"].amount(),
        most=parts["most"].amount(),
        show_if=_condition(parts["show_if"]),
        columns=columns,
        min_rows=parts["min_rows"].integer(0, 0, 50),
        max_rows=parts["max_rows"].integer(30, 1, 100),
        currency=parts["currency"].word(CURRENCY) or currency,
        file_types=tuple(t.choice(FILE_TYPES) for t in parts["file_types"].items()),
        max_files=parts["max_files"].integer(1, 1, 20),
        visible_to=tuple(a.choice(AUDIENCES) for a in parts["visible_to"].items()),
    )


def _check_belonging(parts: dict[str, Node], kind: str) -> None:
    for name, kinds in BELONGS.items():
        if kind and parts[name].value is not None and kind not in kinds:
            parts[name].flaw(N_("does not belong to a question of kind %(kind)s"), kind=kind)
    needed = NEEDED.get(kind)
    if needed and not parts[needed].value:
        parts[needed].flaw(N_("is missing"))


def _options(node: Node, languages: tuple[str, ...]) -> tuple[Option, ...]:
    found = []
    for item in node.items(0, 300):
        parts = item.mapping(("id", "label"))
        found.append(Option(parts["id"].word(OPTION), parts["label"].texts(languages)))
    _unique(node, [option.id for option in found])
    return tuple(found)


def _condition(node: Node) -> Condition | None:
    if node.value is None:
        return None
    parts = node.mapping(("question",), ("is", "in", "above"))
    ways = [name for name in ("is", "in", "above") if parts[name].value is not None]
    if len(ways) != 1:
        node.flaw(N_("needs exactly one of is, in and above"))
    among = tuple(entry.text() for entry in parts["in"].items(0, 50))
    return Condition(parts["question"].word(), parts["is"].text() or None, among, parts["above"].amount())


def _check_conditions(node: Node, form: Form) -> None:
    """A condition names an earlier question, so that conditions never run in a circle, and an answer it can have."""
    seen: dict[str, Question] = {}
    for s, section in enumerate(form.sections):
        for q, question in enumerate(section.questions):
            if question.show_if:
                place = Node(None, f"{node.path}[{s}].questions[{q}].show_if", node.flaws)
                _check_condition(place, question.show_if, seen.get(question.show_if.question))
            seen[question.id] = question


def _check_condition(place: Node, condition: Condition, asked: Question | None) -> None:
    if asked is None:
        place.flaw(N_("names “%(name)s”, which is no earlier question"), name=condition.question)
        return
    wanted = {condition.equals, *condition.among} - {None}
    possible = {"yes", "no"} if asked.kind == "yes_no" else {option.id for option in asked.options}
    if possible and wanted - possible:
        place.flaw(
            N_("waits for “%(value)s”, which is no answer of %(name)s"),
            value=min(wanted - possible, key=str),
            name=asked.id,
        )
    if condition.above is not None and asked.kind not in {"money", "integer", "decimal"}:
        place.flaw(N_("“above” needs a question of kind money, integer or decimal"))
