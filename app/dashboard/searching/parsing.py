"""From what was typed to a tree of checked terms; every flaw is worded and points at its place, and nothing is lost.

Terms beside each other must all hold; ``OR`` binds weaker; ``-`` turns a term or a bracket round.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.dashboard.searching.tokens import Piece, cut
from app.dashboard.searching.values import Flaw, Term, nearest, read_term
from app.dashboard.searching.vocabulary import ALIASES, WORDS, find
from workflows.machine import N_

LONGEST, MOST_PIECES, DEEPEST = 2000, 120, 20


@dataclass(frozen=True)
class Text:
    """Words that stand in the title, the reference or the name of the organisation."""

    text: str


@dataclass(frozen=True)
class Not:
    """What does not hold."""

    node: Node


@dataclass(frozen=True)
class And:
    """All of these; nothing: everything."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True)
class Or:
    """Any of these."""

    nodes: tuple[Node, ...]


Node = Text | Term | Not | And | Or


@dataclass(frozen=True)
class Parsed:
    """What was typed, and either its tree or its flaws."""

    typed: str
    tree: Node | None
    flaws: tuple[Flaw, ...] = ()


def parse(typed: str) -> Parsed:
    """Read a search; never raises."""
    if len(typed) > LONGEST:
        message = N_("This search is too long: use at most %(most)s characters.")
        return Parsed(typed, None, (Flaw(message, LONGEST, len(typed), {"most": LONGEST}),))
    pieces = list(cut(typed))
    if len(pieces) > MOST_PIECES:
        message = N_("This search has too many parts: use at most %(most)s.")
        return Parsed(typed, None, (Flaw(message, pieces[MOST_PIECES].at, len(typed), {"most": MOST_PIECES}),))
    reader = _Reader(pieces, len(typed))
    try:
        tree = reader.whole()
    except Flaw as flaw:
        reader.flaws.append(flaw)
        tree = None
    return Parsed(typed, None if reader.flaws else tree, tuple(sorted(reader.flaws, key=lambda flaw: flaw.at)))


class _Reader:
    """Recursive descent over the pieces. Flaws of single terms are collected; those of the shape end the reading."""

    def __init__(self, pieces: Sequence[Piece], length: int) -> None:
        self.pieces, self.length, self.at, self.flaws = pieces, length, 0, list[Flaw]()

    def whole(self) -> Node:
        tree = self._either(0)
        left = self._next()
        if left is not None:
            raise Flaw(N_("This bracket closes nothing."), left.at, left.end)
        return tree

    def _next(self) -> Piece | None:
        return self.pieces[self.at] if self.at < len(self.pieces) else None

    def _either(self, depth: int) -> Node:
        found = [self._all(depth)]
        while (piece := self._next()) and piece.kind == "or":
            self.at += 1
            if found[-1] == And(()) or (after := self._next()) is None or after.kind in {"or", ")"}:
                raise Flaw(N_("Write something on both sides of OR."), piece.at, piece.end)
            found.append(self._all(depth))
        return found[0] if len(found) == 1 else Or(tuple(found))

    def _all(self, depth: int) -> Node:
        found = []
        while (piece := self._next()) and piece.kind not in {"or", ")"}:
            if piece.kind == "and":
                self.at += 1
                continue
            found.append(self._one(depth))
        return found[0] if len(found) == 1 else And(tuple(found))

    def _one(self, depth: int) -> Node:
        piece = self.pieces[self.at]
        self.at += 1
        if depth > DEEPEST:
            raise Flaw(N_("The brackets are nested too deep."), piece.at, piece.end)
        if piece.kind == "-":
            return self._turned(piece, depth)
        if piece.kind == "(":
            return self._bracket(piece, depth)
        if piece.unclosed:
            raise Flaw(N_("The quotation is not closed: put a quotation mark at its end."), piece.at, piece.end)
        return self._term(piece) if piece.kind == "term" else Text(piece.value.strip())

    def _turned(self, piece: Piece, depth: int) -> Node:
        after = self._next()
        if after is None or after.kind in {"or", "and", ")"}:
            raise Flaw(N_("Write behind the minus what shall not hold."), piece.at, piece.end)
        return Not(self._one(depth + 1))

    def _bracket(self, piece: Piece, depth: int) -> Node:
        inner = self._either(depth + 1)
        closing = self._next()
        if closing is None:
            raise Flaw(N_("This bracket is not closed."), piece.at, piece.end)
        self.at += 1
        if inner == And(()):
            raise Flaw(N_("There is nothing in this bracket."), piece.at, closing.end)
        return inner

    def _term(self, piece: Piece) -> Node:
        word = find(piece.name)
        try:
            if word is None:
                raise _unknown(piece)
            return read_term(word, piece)
        except Flaw as flaw:
            self.flaws.append(flaw)
            return And(())


def _unknown(piece: Piece) -> Flaw:
    name = nearest(piece.name, [*WORDS, *ALIASES])
    end = piece.at + len(piece.name)
    params: dict[str, object] = {"word": piece.name[:40]}
    if not name:
        message = N_("“%(word)s” is no word of the search. To find it as text, put it in quotation marks.")
        return Flaw(message, piece.at, end, params)
    message = N_("“%(word)s” is no word of the search. Did you mean “%(near)s”?")
    return Flaw(message, piece.at, end, {**params, "near": name}, name)
