"""From the document of a form to ``Form``; every mistake of its author gets a sentence and a path."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from app.calls.form_schema.parsing_questions import CURRENCY, expression, read_question, unique
from app.calls.form_schema.references import check_references
from app.calls.form_schema.types import KINDS, Check, Form, Section
from app.calls.strict import Node
from workflows.machine import N_

MOST_SECTIONS = 60
MOST_QUESTIONS = 80
MOST_FIELDS = 1000
MOST_CHECKS = 100


def parse(document: Any, languages: Iterable[str] = ("en",)) -> Form:
    """Read a form; raises ``FormError`` with all flaws. Labels are compulsory in every one of ``languages``."""
    root = document if isinstance(document, Node) else Node(document)
    form = parse_node(root, tuple(languages))
    root.finish()
    return form


def parse_node(node: Node, languages: tuple[str, ...], currency: str = "EUR") -> Form:
    """Read a form inside a larger document, noting flaws instead of raising."""
    parts = node.mapping(("sections",), ("currency", "checks"))
    currency = parts["currency"].word(CURRENCY) or currency
    sections = tuple(_section(s, languages, currency) for s in parts["sections"].items(1, MOST_SECTIONS))
    unique(parts["sections"], [s.id for s in sections])
    checks = tuple(_check(c, languages) for c in parts["checks"].items(0, MOST_CHECKS))
    unique(parts["checks"], [check.id for check in checks])
    form = Form(sections, checks)
    unique(parts["sections"], [q.id for s in sections for q in s.questions])
    _check_size(parts["sections"], form)
    check_references(parts, form)
    return form


def _section(node: Node, languages: tuple[str, ...], currency: str) -> Section:
    parts = node.mapping(("id", "title", "questions"), ("intro",))
    questions = tuple(read_question(q, languages, currency, KINDS) for q in parts["questions"].items(1, MOST_QUESTIONS))
    return Section(parts["id"].word(), parts["title"].texts(languages), parts["intro"].texts(languages[:1]), questions)


def _check(node: Node, languages: tuple[str, ...]) -> Check:
    parts = node.mapping(("id", "when", "message", "question"))
    when = expression(parts["when"])
    return Check(parts["id"].word(), when, parts["message"].texts(languages), parts["question"].word())


def _check_size(node: Node, form: Form) -> None:
    """A form has an end: pages stay usable, and nobody's browser is asked to hold ten thousand fields."""
    count = sum(1 + len(question.columns) for section in form.sections for question in section.questions)
    if count > MOST_FIELDS:
        node.flaw(N_("has %(count)s fields; at most %(most)s are possible"), count=count, most=MOST_FIELDS)
