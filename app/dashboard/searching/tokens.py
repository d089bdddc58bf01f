"""Cutting what was typed into pieces, each with its place; quoted phrases are one piece."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

QUOTES = {'"': '"', "“": "”", "«": "»"}
HEAD = re.compile(r"([^\W\d_][\w]*)(<=|>=|[:=<>])")


@dataclass(frozen=True)
class Piece:
    """``kind``: ``(``, ``)``, ``-``, ``or``, ``word`` or ``term``. A term has a ``name``, an ``op`` and a ``value``.

    ``at`` and ``end`` are places in what was typed; ``value_at`` is where a term's value begins. ``quoted`` texts are
    taken as they stand. ``unclosed``: the quotation was never ended.
    """

    kind: str
    at: int
    end: int
    value: str = ""
    name: str = ""
    op: str = ""
    value_at: int = 0
    quoted: bool = False
    unclosed: bool = False


def cut(typed: str) -> Iterator[Piece]:
    """The pieces in their order."""
    at = 0
    while at < len(typed):
        char = typed[at]
        if char.isspace():
            at += 1
            continue
        piece = _piece(typed, at)
        yield piece
        at = max(piece.end, at + 1)


def _piece(typed: str, at: int) -> Piece:
    char = typed[at]
    if char in "()":
        return Piece(char, at, at + 1)
    if char == "-" and at + 1 < len(typed) and not typed[at + 1].isspace():
        return Piece("-", at, at + 1)
    head = HEAD.match(typed, at)
    if head:
        value, end, quoted, unclosed = _value(typed, head.end())
        return Piece("term", at, end, value, head[1], head[2], head.end(), quoted, unclosed)
    value, end, quoted, unclosed = _value(typed, at)
    if not quoted and value in {"OR", "|"}:
        return Piece("or", at, end)
    if not quoted and value == "AND":
        return Piece("and", at, end)
    return Piece("word", at, end, value, value_at=at, quoted=quoted, unclosed=unclosed)


def _value(typed: str, at: int) -> tuple[str, int, bool, bool]:
    """A value: (text, end, quoted, unclosed); bare ones end at a blank or a bracket."""
    if at < len(typed) and typed[at] in QUOTES:
        closes = typed.find(QUOTES[typed[at]], at + 1)
        if closes < 0:
            return typed[at + 1 :], len(typed), True, True
        return typed[at + 1 : closes], closes + 1, True, False
    end = at
    while end < len(typed) and not typed[end].isspace() and typed[end] not in "()":
        end += 1
    return typed[at:end], end, False, False
