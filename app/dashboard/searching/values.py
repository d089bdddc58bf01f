"""Reading what stands behind a word of the search language, with a sentence for what cannot be read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches

from app.dashboard.searching.tokens import Piece
from app.dashboard.searching.vocabulary import Kind, Word
from workflows.machine import N_

MOST_DIGITS = 12
MOST_DAYS = 3660
MOST_CHOICES = 20
MOST_NAMED = 24
SPAN = re.compile(r"(\d{1,4})(d|w|m)", re.IGNORECASE)
DAYS = {"d": 1, "w": 7, "m": 30}
Value = str | Decimal | date | timedelta | bool


@dataclass(frozen=True)
class Flaw(Exception):
    """What is wrong, and where in what was typed; ``suggestion`` would stand there instead."""

    message: str
    at: int
    end: int
    params: Mapping[str, object] = field(default_factory=dict)
    suggestion: str = ""


@dataclass(frozen=True)
class Term:
    """A checked term: any of ``values`` (for ``:`` and ``=``), or a comparison, or a range from ``values`` to ``upto``.

    ``special`` is ``none`` or ``any`` where the word knows them.
    """

    word: Word
    op: str
    values: tuple[Value, ...]
    upto: Value | None = None
    special: str = ""


def read_term(word: Word, piece: Piece) -> Term:
    """The term of a piece; raises ``Flaw``."""
    op = ":" if piece.op == "=" and word.kind is not Kind.DATE else piece.op
    if not piece.value.strip():
        raise _flaw(piece, N_("Write something behind “%(word)s”, for example %(example)s."), "", **_about(word))
    if not piece.quoted and piece.value.casefold() in word.may_be and op == ":":
        return Term(word, op, (), special=piece.value.casefold())
    if op not in (":", "=") and word.kind not in (Kind.NUMBER, Kind.DATE):
        raise _flaw(piece, N_("“%(word)s” cannot be compared; write it like %(example)s."), "", **_about(word))
    return READERS[word.kind](word, op, piece)


def nearest(text: str, known: list[str]) -> str:
    """The known word that looks most like the text, or nothing."""
    found = get_close_matches(text.casefold()[:40], known, 1, 0.6)
    return found[0] if found else ""


def _about(word: Word) -> dict[str, object]:
    return {"word": word.name, "example": word.example}


def _flaw(piece: Piece, message: str, suggestion: str = "", **params: object) -> Flaw:
    return Flaw(message, piece.value_at, max(piece.end, piece.value_at + 1), params, suggestion)


def _texts(word: Word, op: str, piece: Piece) -> Term:
    return Term(word, op, (piece.value.strip(),))


def _codes(word: Word, op: str, piece: Piece) -> Term:
    """One code, or several with commas, in any case."""
    known = {code.casefold(): code for code in word.codes}
    found = []
    for raw in piece.value.split(",")[: MOST_CHOICES + 1]:
        code = known.get(raw.strip().casefold())
        if code is None:
            raise _unknown_code(word, raw.strip(), known, piece)
        found.append(code)
    return Term(word, op, tuple(found))


def _unknown_code(word: Word, raw: str, known: Mapping[str, str], piece: Piece) -> Flaw:
    names = sorted([*known, *word.may_be])
    close = nearest(raw, names)
    near = f"{word.name}:{known.get(close, close)}" if close else ""
    if len(names) > MOST_NAMED:
        message = N_("“%(value)s” is nothing that “%(word)s” knows; write it like %(example)s.")
        return _flaw(piece, message, near, value=raw[:40], **_about(word))
    message = N_("“%(value)s” is nothing that “%(word)s” knows. It knows: %(known)s.")
    return _flaw(piece, message, near, value=raw[:40], word=word.name, known=", ".join(names))


def _numbers(word: Word, op: str, piece: Piece) -> Term:
    low, dots, high = piece.value.partition("..")
    if dots and op == ":":
        return Term(word, "..", (_number(low, word, piece),), _number(high, word, piece))
    return Term(word, op, (_number(piece.value, word, piece),))


def _number(raw: str, word: Word, piece: Piece) -> Decimal:
    text = raw.strip().replace("_", "").replace("'", "")
    try:
        plain = re.fullmatch(r"-?\d+(\.\d{1,2})?", text, re.ASCII)
        if plain and len(text) <= MOST_DIGITS:
            return Decimal(text)
    except InvalidOperation:
        pass
    message = N_("“%(word)s” wants a number with at most two decimals, for example %(example)s.")
    raise _flaw(piece, message, "", **_about(word))


def _dates(word: Word, op: str, piece: Piece) -> Term:
    span = SPAN.fullmatch(piece.value.strip())
    if span and op in (":", "<", "<="):
        return Term(word, "within", (timedelta(days=min(MOST_DAYS, int(span[1]) * DAYS[span[2].lower()])),))
    low, dots, high = piece.value.partition("..")
    if dots and op == ":":
        return Term(word, "..", (_date(low, word, piece),), _date(high, word, piece))
    return Term(word, op, (_date(piece.value, word, piece),))


def _date(raw: str, word: Word, piece: Piece) -> date:
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", raw.strip(), re.ASCII):
            found = date.fromisoformat(raw.strip())
            if 1990 <= found.year <= 2100:
                return found
    except ValueError:
        pass
    message = N_("“%(word)s” wants days like 7d or a date like 2026-06-30, for example %(example)s.")
    raise _flaw(piece, message, "", **_about(word))


def _yes_no(word: Word, op: str, piece: Piece) -> Term:
    answers = {"yes": True, "no": False, "true": True, "false": False, "1": True, "0": False}
    answer = answers.get(piece.value.strip().casefold())
    if answer is None:
        raise _flaw(piece, N_("“%(word)s” is yes or no, for example %(example)s."), f"{word.name}:yes", **_about(word))
    return Term(word, op, (answer,))


READERS: dict[Kind, Callable[[Word, str, Piece], Term]] = {
    Kind.TEXT: _texts,
    Kind.CODE: _codes,
    Kind.NUMBER: _numbers,
    Kind.DATE: _dates,
    Kind.YES_NO: _yes_no,
}
