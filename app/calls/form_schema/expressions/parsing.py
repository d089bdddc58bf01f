"""From the text of an expression to its tree; what cannot be read gets a sentence."""

from __future__ import annotations

import re

from app.calls.form_schema.types import Tree
from workflows.machine import N_

LONGEST = 1000
MOST_TOKENS = 250
DEEPEST = 20
TOKEN = re.compile(
    r"\s*(?:(?P<number>\d{1,15}(?:\.\d{1,6})?(?![\w.]))|(?P<name>[A-Za-z][A-Za-z0-9_]*)|(?P<text>\"[^\"]*\"|'[^']*')"
    r"|(?P<mark><=|>=|!=|==|[-+*/=<>(),\[\].]))",
    re.ASCII,
)
COMPARISONS = {"=": "=", "==": "=", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">=", "in": "in"}
RESERVED = frozenset({"and", "or", "not", "in", "true", "false"})
# How many arguments each function takes.
FUNCTIONS = {
    "count": 1, "sum": 1, "min": 1, "max": 1, "length": 1, "words": 1, "empty": 1, "filled": 1, "date": 1, "days": 2,
}  # fmt: skip


class ExpressionError(ValueError):
    """A text that is no expression: a translatable sentence."""

    def __init__(self, message: str, **params: object) -> None:
        self.message, self.params = message, params
        super().__init__(message % params if params else message)


def parse_expression(source: str) -> Tree:
    """The tree of an expression; raises ``ExpressionError`` with a sentence that says what is wrong."""
    if len(source) > LONGEST:
        raise ExpressionError(N_("is longer than %(most)s characters"), most=LONGEST)
    return _Parser(_tokens(source)).whole()


def _tokens(source: str) -> list[tuple[str, str]]:
    found, at = [], 0
    source = source.rstrip()
    while at < len(source):
        match = TOKEN.match(source, at)
        if match is None or match.lastgroup is None:
            raise ExpressionError(N_("cannot be read from “%(rest)s” on"), rest=source[at : at + 20].strip())
        found.append((match.lastgroup, match[match.lastgroup]))
        at = match.end()
    if len(found) > MOST_TOKENS:
        raise ExpressionError(N_("has more than %(most)s names, values and signs"), most=MOST_TOKENS)
    return found


class _Parser:
    """Reads tokens from left to right, one method for each level of binding."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens = tokens
        self.at = 0
        self.depth = 0

    def whole(self) -> Tree:
        tree = self.either()
        if self.at < len(self.tokens):
            raise ExpressionError(N_("does not end before “%(rest)s”"), rest=self.tokens[self.at][1])
        return tree

    def takes(self, *wanted: str) -> str:
        """The next token if it is one of these marks or words, else nothing."""
        kind, value = self.tokens[self.at] if self.at < len(self.tokens) else ("", "")
        if kind in {"mark", "name"} and value in wanted:
            self.at += 1
            return value
        return ""

    def needs(self, mark: str) -> None:
        if not self.takes(mark):
            raise ExpressionError(N_("misses “%(mark)s”"), mark=mark)

    def deeper(self, step: int) -> None:
        self.depth += step
        if self.depth > DEEPEST:
            raise ExpressionError(N_("is nested more than %(most)s deep"), most=DEEPEST)

    def either(self) -> Tree:
        self.deeper(1)
        tree = self.both()
        while self.takes("or"):
            tree = ("or", tree, self.both())
        self.deeper(-1)
        return tree

    def both(self) -> Tree:
        tree = self.negated()
        while self.takes("and"):
            tree = ("and", tree, self.negated())
        return tree

    def negated(self) -> Tree:
        if not self.takes("not"):
            return self.compared()
        self.deeper(1)
        tree = ("not", self.negated())
        self.deeper(-1)
        return tree

    def compared(self) -> Tree:
        left = self.summed()
        if sign := self.takes(*COMPARISONS):
            return (COMPARISONS[sign], left, self.summed())
        if self.takes("not"):
            self.needs("in")
            return ("not", ("in", left, self.summed()))
        return left

    def summed(self) -> Tree:
        tree = self.multiplied()
        while sign := self.takes("+", "-"):
            tree = (sign, tree, self.multiplied())
        return tree

    def multiplied(self) -> Tree:
        tree = self.single()
        while sign := self.takes("*", "/"):
            tree = (sign, tree, self.single())
        return tree

    def single(self) -> Tree:
        if self.takes("("):
            tree = self.either()
            self.needs(")")
            return tree
        if self.takes("["):
            return ("list", *self.several("]"))
        if self.takes("-"):
            self.deeper(1)
            negative = ("-", ("number", "0"), self.single())
            self.deeper(-1)
            return negative
        return self.leaf()

    def leaf(self) -> Tree:
        if self.at == len(self.tokens):
            raise ExpressionError(N_("ends too early"))
        kind, value = self.tokens[self.at]
        self.at += 1
        if kind == "number":
            return ("number", value)
        if kind == "text":
            return ("text", value[1:-1])
        if kind == "mark" or (value in RESERVED and value not in {"true", "false"}):
            raise ExpressionError(N_("has “%(value)s” where a name, number or text should stand"), value=value)
        if value in {"true", "false"}:
            return ("truth", value == "true")
        return self.call(value) if self.takes("(") else self.name(value)

    def call(self, name: str) -> Tree:
        if name not in FUNCTIONS:
            known = ", ".join(sorted(FUNCTIONS))
            raise ExpressionError(N_("“%(name)s” is no function; known are %(known)s"), name=name, known=known)
        given = self.several(")")
        if len(given) != FUNCTIONS[name]:
            raise ExpressionError(N_("%(name)s takes %(wanted)s values"), name=name, wanted=FUNCTIONS[name])
        return ("call", name, *given)

    def name(self, first: str) -> Tree:
        if not self.takes("."):
            return ("name", first)
        kind, value = self.tokens[self.at] if self.at < len(self.tokens) else ("", "")
        if kind != "name":
            raise ExpressionError(N_("misses a name after “%(name)s.”"), name=first)
        self.at += 1
        return ("name", first, value)

    def several(self, end: str) -> list[Tree]:
        """Values up to the closing mark."""
        if self.takes(end):
            return []
        found = [self.either()]
        while self.takes(","):
            found.append(self.either())
        self.needs(end)
        return found


def names_in(tree: Tree) -> list[tuple[str, ...]]:
    """Every name that a tree looks up, as ``(question,)`` or ``(question, part)``."""
    if tree[0] == "name":
        return [tuple(tree[1:])]
    return [name for part in tree[1:] if isinstance(part, tuple) for name in names_in(part)]
