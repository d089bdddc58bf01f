"""Checks across a form as constraints of XLSForm: what the answer to the question of a check must keep to. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from app.calls.building.finding import Document, questions
from app.calls.form_schema.expressions import ExpressionError, parse_expression
from app.calls.form_schema.types import Tree
from app.calls.xlsform.relevance import JOINS, to_relevant

COMPARISONS = frozenset({"=", "<", "<=", ">", ">="})
# Kinds whose answers compare alike here and in XPath.
COMPARED = frozenset({"integer", "decimal", "money", "date", "yes_no", "choice"})


def kept_to(document: Document) -> Iterator[tuple[Document, str]]:
    """The checks that a constraint can say, with its text; it stands beside the question that the check names."""
    kinds = {str(q["id"]): str(q.get("kind", "")) for q in questions(document)}
    for check in document.get("checks") or ():
        told = constraint_of(check) if isinstance(check, dict) else ""
        names = _compared(parse_expression(check["when"])) if told else frozenset()
        if told and all(kinds.get(name) in COMPARED for name in names or ()):
            yield check, told


def constraint_of(check: Mapping[str, Any]) -> str:
    """A check as a constraint; nothing where XPath cannot say the same.

    It speaks only once all that it compares is answered: an empty answer compares otherwise in XPath.
    """
    when, asked = check.get("when"), check.get("question")
    try:
        names = _compared(parse_expression(when)) if isinstance(when, str) else None
    except ExpressionError:
        return ""
    told = to_relevant(when, {})
    if not names or not isinstance(asked, str) or asked not in names or not told:
        return ""
    given = [f"${{{name}}} != ''" for name in sorted(names - {asked})]
    return f"not({' and '.join([*given, told.replace(f'${{{asked}}}', '.')])})"


def _compared(tree: Tree) -> frozenset[str] | None:
    """The questions of a condition that is made of comparisons alone; nothing where there is more to it."""
    if tree[0] in JOINS:
        left, right = _compared(tree[1]), _compared(tree[2])
        return None if left is None or right is None else left | right
    if tree[0] not in COMPARISONS:
        return None
    return frozenset(str(side[1]) for side in tree[1:3] if side[0] == "name" and len(side) == 2)


def without_checks(text: str, question_id: str, checks: Iterable[Any]) -> str:
    """A constraint without what only says again the checks that the file holds for itself."""
    for check in checks:
        told = constraint_of(check) if isinstance(check, dict) and check.get("question") == question_id else ""
        if told:
            text = (
                text.removesuffix(told).removesuffix(" and ")
                if text.endswith(told)
                else text.replace(f"{told} and ", "", 1)
            )
    return text
