"""From the tree of an expression and the answers to a value. Never raises, never runs anything but what stands here."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from app.calls.form_schema.counting import counted
from app.calls.form_schema.types import Tree

DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
Lookup = Callable[[Sequence[str]], Any]


def is_true(tree: Tree, lookup: Lookup) -> bool:
    """Whether a condition holds; anything but true is no."""
    return evaluate(tree, lookup) is True


def evaluate(tree: Tree, lookup: Lookup) -> Any:
    """The value of a tree; ``lookup`` gives the value of a name. Never raises: what cannot be worked out is nothing."""
    head = tree[0]
    if head in LEAVES:
        return LEAVES[head](tree)
    if head == "name":
        return lookup(tree[1:])
    if head == "and":
        return is_true(tree[1], lookup) and is_true(tree[2], lookup)
    if head == "or":
        return is_true(tree[1], lookup) or is_true(tree[2], lookup)
    if head == "not":
        return not is_true(tree[1], lookup)
    if head == "list":
        return [evaluate(part, lookup) for part in tree[1:]]
    if head == "call":
        return CALLS[tree[1]](*(evaluate(part, lookup) for part in tree[2:]))
    return _operation(head, evaluate(tree[1], lookup), evaluate(tree[2], lookup))


LEAVES: dict[str, Callable[[Tree], Any]] = {
    "number": lambda tree: Fraction(tree[1]),
    "text": lambda tree: tree[1],
    "truth": lambda tree: tree[1],
}


def _operation(sign: str, left: Any, right: Any) -> Any:
    if sign in "+-*/":
        return _worked_out(sign, left, right)
    if sign == "in":
        one, other = _listed(left), _listed(right)
        return any(_same(a, b) for a in one for b in other)
    if left is None or right is None:
        return False
    if sign in {"=", "!="}:
        return _same(left, right) is (sign == "=")
    if type(left) is not type(right) or not isinstance(left, Fraction | date):
        return False
    return {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[sign]


def _worked_out(sign: str, left: Any, right: Any) -> Fraction | None:
    if not isinstance(left, Fraction) or not isinstance(right, Fraction) or (sign == "/" and right == 0):
        return None
    if sign == "+":
        return left + right
    if sign == "-":
        return left - right
    return left * right if sign == "*" else left / right


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return type(one) is type(other) and one is not None and bool(one == other)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _numbers(value: Any) -> list[Fraction]:
    return [v for v in _listed(value) if isinstance(v, Fraction)]


def is_nothing(value: Any) -> bool:
    """Whether a value says nothing: missing, an empty text, or a list of such."""
    return value is None or value == "" or (isinstance(value, list) and all(map(is_nothing, value)))


def read_day(value: Any) -> date | None:
    """A day written like 2026-03-31."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) and DAY.fullmatch(value) else None
    except ValueError:
        return None


CALLS: dict[str, Callable[..., Any]] = {
    "count": lambda value: Fraction(sum(not is_nothing(v) for v in _listed(value))),
    "sum": lambda value: sum(_numbers(value), Fraction(0)),
    "min": lambda value: min(_numbers(value), default=None),
    "max": lambda value: max(_numbers(value), default=None),
    "length": lambda value: Fraction(counted(value, "characters") if isinstance(value, str) else 0),
    "words": lambda value: Fraction(counted(value, "words") if isinstance(value, str) else 0),
    "empty": is_nothing,
    "filled": lambda value: not is_nothing(value),
    "date": read_day,
    "days": lambda one, other: (
        Fraction((other - one).days) if isinstance(one, date) and isinstance(other, date) else None
    ),
}
