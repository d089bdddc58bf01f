"""Reading one question of a form's document, with what belongs to its kind and what does not."""

from __future__ import annotations

import re

from app.calls.form_schema import budget, logframe
from app.calls.form_schema.expressions import ExpressionError, parse_expression
from app.calls.form_schema.types import (
    AUDIENCES,
    CELL_KINDS,
    GROUP_KINDS,
    ROWS,
    TABLES,
    Condition,
    Expression,
    Option,
    Question,
    Tree,
)
from app.calls.strict import Node
from workflows.machine import N_

FILE_TYPES = ("pdf", "png", "jpg", "txt", "csv", "docx", "xlsx", "pptx", "odt", "ods")
CURRENCY = re.compile(r"[A-Z]{3}")
OPTION = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
OPTIONAL = (
    "help", "required", "options", "limit", "limit_unit", "tolerance", "least", "most", "show_if", "require_if", "columns",
    "lines", "min_rows", "max_rows", "years", "sources", "free_lines", "currency", "file_types", "max_files", "max_mb",
    "max_pages", "visible_to", "hidden_when_blind", "personal", "standard",
)  # fmt: skip
BELONGS = {
    "options": {"choice", "choices"},
    "lines": {"budget"},
    "years": {"budget"},
    "sources": {"budget"},
    "free_lines": {"budget"},
    "columns": {"table", "partners", "group", "budget"},
    "min_rows": TABLES,
    "max_rows": TABLES,
    "limit": {"short_text", "long_text"},
    "limit_unit": {"short_text", "long_text"},
    "tolerance": {"short_text", "long_text"},
    "least": {"integer", "decimal", "money"},
    "most": {"integer", "decimal", "money"},
    "currency": {"money", "budget"},
    "file_types": {"file"},
    "max_files": {"file"},
    "max_mb": {"file"},
    "max_pages": {"file"},
}
NEEDED = {
    "choice": "options", "choices": "options", "table": "columns", "partners": "columns", "group": "columns",
    "budget": "lines",
}  # fmt: skip
# What the page posts itself beside the answers.
TAKEN = frozenset({"csrf_token", "idempotency_key", "version", "then", "add_row", "remove_row", "settling"})
NEVER: Tree = ("truth", False)


def unique(node: Node, names: list[str]) -> None:
    """Note names that are used twice."""
    seen: set[str] = set()
    twice = {name for name in names if name and (name in seen or seen.add(name))}  # type: ignore[func-returns-value]
    for name in sorted(twice):
        node.flaw(N_("“%(name)s” is used twice"), name=name)


def read_question(
    node: Node, languages: tuple[str, ...], currency: str, kinds: tuple[str, ...], inside: str = ""
) -> Question:
    """One question, or one column of a table; ``inside`` is the kind of that table."""
    parts = node.mapping(("id", "kind", "label"), OPTIONAL)
    kind = parts["kind"].choice(kinds)
    _check_belonging(parts, kind, inside)
    currency = parts["currency"].word(CURRENCY) or currency
    years, sources = parts["years"].integer(0, 1, 10), _options(parts["sources"], languages)
    return Question(
        id=_id(parts["id"]),
        kind=kind,
        label=parts["label"].texts(languages),
        help=parts["help"].texts(languages[:1]),
        required=parts["required"].flag(True),
        standard=parts["standard"].word(OPTION),
        options=_options(parts["lines" if kind == "budget" else "options"], languages),
        limit=parts["limit"].integer(0, 1, 50_000) or None,
        limit_unit=parts["limit_unit"].choice(("words", "characters"), "characters"),
        tolerance=parts["tolerance"].integer(0, 0, 50),
        least=parts["least"].amount(),
        most=parts["most"].amount(),
        show_if=_when(parts["show_if"]),
        require_if=_when(parts["require_if"]),
        columns=() if inside else _columns(parts["columns"], kind, languages, currency, years, sources),
        min_rows=parts["min_rows"].integer(0, 0, 50),
        max_rows=parts["max_rows"].integer(30, 1, 100),
        years=years,
        sources=sources,
        free_lines=parts["free_lines"].integer(0, 0, 20),
        currency=currency,
        file_types=tuple(t.choice(FILE_TYPES) for t in parts["file_types"].items()),
        max_files=parts["max_files"].integer(1, 1, 20),
        max_mb=parts["max_mb"].integer(0, 1, 500) or None,
        max_pages=parts["max_pages"].integer(0, 1, 2000) or None,
        visible_to=tuple(a.choice(AUDIENCES) for a in parts["visible_to"].items()),
        hidden_when_blind=parts["hidden_when_blind"].flag(False),
        personal=parts["personal"].flag(False),
    )


def _id(node: Node) -> str:
    ident = node.word()
    if ident in TAKEN:
        node.flaw(N_("“%(name)s” is a name that the page needs itself"), name=ident)
    return ident


def _columns(
    node: Node, kind: str, languages: tuple[str, ...], currency: str, years: int, sources: tuple[Option, ...]
) -> tuple[Question, ...]:
    """The columns that are written, or that the kind makes by itself."""
    if kind == "logframe":
        return logframe.columns()
    kinds, most = (GROUP_KINDS, 30) if kind == "group" else (CELL_KINDS, 12)
    written = tuple(read_question(c, languages, currency, kinds, inside=kind) for c in node.items(0, most))
    made = budget.money_columns(years, sources, currency) if kind == "budget" else ()
    columns = (*made, *written)
    unique(node, [c.id for c in columns])
    if kind == "budget" and not any(c.kind == "money" for c in columns):
        node.flaw(N_("needs a column of kind money, or years or sources"))
    if kind == "budget" and any(c.id == budget.LABEL for c in columns):
        node.flaw(N_("“%(name)s” is a name that the page needs itself"), name=budget.LABEL)
    return columns


def _check_belonging(parts: dict[str, Node], kind: str, inside: str) -> None:
    for name, kinds in BELONGS.items():
        if kind and parts[name].value is not None and kind not in kinds:
            parts[name].flaw(N_("does not belong to a question of kind %(kind)s"), kind=kind)
    conditions = () if inside in ROWS else ("show_if", "require_if")
    for name in (*conditions, "visible_to", "hidden_when_blind") if inside else ():
        if parts[name].value is not None:
            parts[name].flaw(N_("belongs to a whole question, not to a column"))
    needed = NEEDED.get(kind)
    if needed and not parts[needed].value:
        parts[needed].flaw(N_("is missing"))
    if parts["tolerance"].value is not None and parts["limit"].value is None:
        parts["tolerance"].flaw(N_("needs a limit"))


def _options(node: Node, languages: tuple[str, ...]) -> tuple[Option, ...]:
    found = []
    for item in node.items(0, 300):
        parts = item.mapping(("id", "label"))
        found.append(Option(parts["id"].word(OPTION), parts["label"].texts(languages)))
    unique(node, [option.id for option in found])
    return tuple(found)


def _when(node: Node) -> Expression | None:
    """A condition: an expression, or the short way that names a question and what it is to be."""
    if node.value is None:
        return None
    return expression(node) if isinstance(node.value, str) else _short_condition(node)


def expression(node: Node) -> Expression:
    """An expression; one that cannot be read is a flaw and never true."""
    source = node.text()
    try:
        return Expression(source, parse_expression(source) if source else NEVER)
    except ExpressionError as error:
        node.flaw(error.message, **error.params)
        return Expression(source, NEVER)


def _short_condition(node: Node) -> Expression:
    parts = node.mapping(("question",), ("is", "in", "above"))
    ways = [name for name in ("is", "in", "above") if parts[name].value is not None]
    if len(ways) != 1:
        node.flaw(N_("needs exactly one of is, in and above"))
    among = tuple(entry.text() for entry in parts["in"].items(0, 50))
    found = Condition(parts["question"].word(), parts["is"].text() or None, among, parts["above"].amount())
    return Expression("", _tree_of(found), found)


def _tree_of(condition: Condition) -> Tree:
    name = ("name", condition.question)
    if condition.above is not None:
        return (">", name, ("number", condition.above))
    wanted = [condition.equals] if condition.equals is not None else list(condition.among)
    return ("in", name, ("list", *(("text", value) for value in wanted)))
