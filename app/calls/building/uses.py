"""What else in a form looks at a question: conditions and checks that a removal would leave without it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.calls.building import finding
from app.calls.building.finding import Document, copied

TEXT = re.compile(r"\"[^\"]*\"|'[^']*'")
NAME = re.compile(r"(?<![\w.])[A-Za-z][A-Za-z0-9_]*", re.ASCII)


@dataclass(frozen=True)
class Use:
    """One place that names a question: ``kind`` is ``question`` or ``check``."""

    kind: str
    ident: str
    key: str


def names_of(condition: Any) -> frozenset[str]:
    """The questions that a condition names, written the short way or as an expression."""
    if isinstance(condition, dict):
        named = condition.get("question")
        return frozenset({named} if isinstance(named, str) else ())
    return frozenset(NAME.findall(TEXT.sub(" ", condition))) if isinstance(condition, str) else frozenset()


def _names(question: Document, key: str) -> frozenset[str]:
    """The questions that this condition of a question names, or that of one of its columns beside their own row."""
    columns = [column for column in question.get("columns") or () if isinstance(column, dict)]
    own = {column.get("id") for column in columns}
    inside = (names_of(column.get(key)) - own for column in columns)
    return names_of(question.get(key)).union(*inside)


def renamed(question: Document, names: Mapping[str, str]) -> Document:
    """The question with the new names in its conditions and in those of its columns, but for names of their own row."""
    made = copied(question)
    _rename(made, names)
    return made


def _rename(question: Document, names: Mapping[str, str]) -> None:
    for key in ("show_if", "require_if"):
        if question.get(key) is not None:
            question[key] = _renamed(question[key], names)
    columns = [column for column in question.get("columns") or () if isinstance(column, dict)]
    own = {column.get("id") for column in columns}
    for column in columns:
        _rename(column, {old: new for old, new in names.items() if old not in own})


def _renamed(condition: Any, names: Mapping[str, str]) -> Any:
    if isinstance(condition, dict):
        named = condition.get("question")
        return {**condition, "question": names[named]} if isinstance(named, str) and named in names else condition
    if not isinstance(condition, str):
        return condition
    either = re.compile(f"(?P<text>{TEXT.pattern})|{NAME.pattern}", re.ASCII)
    return either.sub(lambda m: m[0] if m["text"] else names.get(m[0], m[0]), condition)


def uses_of(document: Document, idents: Iterable[str]) -> list[Use]:
    """Every condition and check outside ``idents`` that names one of them."""
    wanted = frozenset(idents)
    found = [
        Use("question", each["id"], key)
        for each in finding.questions(document)
        if each["id"] not in wanted
        for key in ("show_if", "require_if")
        if _names(each, key) & wanted
    ]
    checks = [check for check in document.get("checks") or () if isinstance(check, dict)]
    for check in checks:
        if names_of(check.get("when")) & wanted or check.get("question") in wanted:
            found.append(Use("check", str(check.get("id", "")), "when"))
    return found
