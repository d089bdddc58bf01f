"""Conditions between our language and that of XLSForm (XPath), as far as both can say the same."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from app.calls.form_schema.expressions import ExpressionError, parse_expression
from app.calls.form_schema.types import LISTS, Tree

SIMPLE = re.compile(r"\$\{([^}]+)\}\s*=\s*'([^']*)'")
SELECTED = re.compile(r"selected\(\s*\$\{([^}]+)\}\s*,\s*('[^']*'|\"[^\"]*\")\s*\)")
TOKEN = re.compile(r"\s*(\$\{[^}]+\}|'[^']*'|\"[^\"]*\"|\d+(?:\.\d+)?|<=|>=|!=|[=<>()+\-*]|[A-Za-z_][\w.-]*)")
JOINS = frozenset({"and", "or"})
NUMBER = r"(\d+(?:\.\d+)?)"
BOUND = re.compile(rf"\.\s*(>=|<=)\s*{NUMBER}")
LENGTH = re.compile(r"string-length\(\s*\.\s*\)\s*<=\s*(\d+)")


def to_relevant(condition: Any, kinds: Mapping[str, str]) -> str:
    """A condition as XPath; nothing where XPath cannot say it. ``kinds`` are those of the form's questions."""
    if isinstance(condition, dict):
        return _short(condition, kinds)
    try:
        return _xpath(parse_expression(condition), kinds) if isinstance(condition, str) else ""
    except (ExpressionError, _Unsaid):
        return ""


class _Unsaid(Exception):
    """XPath has no words for this."""


def _short(condition: Mapping[str, Any], kinds: Mapping[str, str]) -> str:
    name = condition.get("question")
    wanted = condition.get("in") if "in" in condition else [condition.get("is")]
    if not isinstance(name, str):
        return ""
    if "above" in condition:
        return f"${{{name}}} > {condition['above']}"
    values = wanted if isinstance(wanted, list) else []
    if not values or not all(isinstance(v, str) and "'" not in v for v in values):
        return ""
    return " or ".join(_is(name, value, kinds) for value in values)


def _is(name: str, value: str, kinds: Mapping[str, str]) -> str:
    return f"selected(${{{name}}}, '{value}')" if kinds.get(name) in LISTS else f"${{{name}}} = '{value}'"


def _xpath(tree: Tree, kinds: Mapping[str, str]) -> str:
    head = tree[0]
    if head in JOINS:
        return f"({_xpath(tree[1], kinds)} {head} {_xpath(tree[2], kinds)})"
    if head == "not":
        return f"not({_xpath(tree[1], kinds)})"
    if head in {"=", "!=", "<", "<=", ">", ">="}:
        return f"{_leaf(tree[1])} {head} {_leaf(tree[2])}"
    if head == "in" and tree[1][0] == "text" and tree[2][0] == "name" and len(tree[2]) == 2:
        return f"selected(${{{tree[2][1]}}}, '{tree[1][1]}')"
    raise _Unsaid


def _leaf(tree: Tree) -> str:
    if tree[0] == "name" and len(tree) == 2:
        return f"${{{tree[1]}}}"
    if tree[0] == "number":
        return str(tree[1])
    if tree[0] == "text" and "'" not in tree[1]:
        return f"'{tree[1]}'"
    raise _Unsaid


def from_relevant(text: str, names: Mapping[str, str]) -> Any:
    """A condition of ours; nothing where it cannot be said. ``names``: the ids that the names of the file became."""
    simple = SIMPLE.fullmatch(text)
    if simple:
        return {"question": names.get(simple[1], simple[1]), "is": simple[2]}
    written = SELECTED.sub(lambda m: f"({m[2]} in ${{{m[1]}}})", text)
    parts, at = [], 0
    while at < len(written.rstrip()):
        found = TOKEN.match(written, at)
        if found is None:
            return None
        parts.append(_ours(found[1], names))
        at = found.end()
    source = " ".join(parts)
    try:
        parse_expression(source)
    except ExpressionError:
        return None
    return source


def _ours(token: str, names: Mapping[str, str]) -> str:
    name = token[2:-1] if token.startswith("${") else ""
    return names.get(name, name) if name else token


def to_constraint(question: Mapping[str, Any]) -> str:
    """The bounds of an answer as XPath."""
    found = [
        f". {sign} {question[name]}"
        for name, sign in (("least", ">="), ("most", "<="))
        if re.fullmatch(NUMBER, str(question.get(name, "")))
    ]
    limit = question.get("limit")
    if isinstance(limit, int) and not isinstance(limit, bool) and question.get("limit_unit") != "words":
        found.append(f"string-length(.) <= {limit}")
    return " and ".join(found)


def from_constraint(text: str) -> dict[str, Any] | None:
    """The bounds that a constraint sets; nothing where it says more than we can hold."""
    made: dict[str, Any] = {}
    for part in (p.strip() for p in re.split(r"\s+and\s+", text.strip())) if text.strip() else ():
        if bound := BOUND.fullmatch(part):
            made["least" if bound[1] == ">=" else "most"] = bound[2]
        elif length := LENGTH.fullmatch(part):
            made["limit"] = int(length[1])
        else:
            return None
    return made
