"""How an answer is rewritten: which saves are one change, how much one takes away, what differs word by word. Pure."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from typing import Any

ONE_GO = timedelta(minutes=10)
# Whoever takes more characters away than this at once begins a change of their own, so that the text can be restored.
MUCH = 80
WORDS = re.compile(r"\w+|\s+|[^\w\s]")


def goes_on(began: datetime, now: datetime, said: Any, says: Any) -> bool:
    """Whether a save continues the change that began then: soon after it, and without taking much away."""
    return timedelta(0) <= now - began < ONE_GO and taken_away(said, says) <= MUCH


def taken_away(said: Any, says: Any) -> int:
    """How many characters of an answer are gone, beside what stays at its beginning and at its end."""
    old, new = _as_text(said), _as_text(says)
    shorter = min(len(old), len(new))
    start = next((i for i in range(shorter) if old[i] != new[i]), shorter)
    most = shorter - start
    end = next((i for i in range(most) if old[-1 - i] != new[-1 - i]), most)
    return len(old) - start - end


def _as_text(answer: Any) -> str:
    if answer is None:
        return ""
    return answer if isinstance(answer, str) else json.dumps(answer, sort_keys=True, ensure_ascii=False)


@dataclass(frozen=True)
class Piece:
    """A part of a rewritten text that is the ``same``, ``gone`` or ``new``."""

    kind: str
    text: str


AROUND = 80  # characters of what stays that are shown before and after a change
MOST_WORDS = 1_500  # beyond so many changed words they are not compared one by one


def word_differences(before: str, after: str) -> tuple[Piece, ...]:
    """Two texts word by word; of what stays, only the surroundings of a change are given."""
    old, new = WORDS.findall(before), WORDS.findall(after)
    start = _alike(old, new)
    end = _alike(old[start:][::-1], new[start:][::-1])
    pieces = [
        Piece("same", "".join(old[:start])),
        *_middle(old[start : len(old) - end], new[start : len(new) - end]),
        Piece("same", "".join(old[len(old) - end :])),
    ]
    shown = [piece for piece in pieces if piece.text]
    return tuple(_shortened(piece, n == 0, n == len(shown) - 1) for n, piece in enumerate(shown))


def _alike(old: list[str], new: list[str]) -> int:
    """How many words at the beginning are the same."""
    return next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))


def _middle(old: list[str], new: list[str]) -> list[Piece]:
    if len(old) > MOST_WORDS or len(new) > MOST_WORDS:
        return [Piece("gone", "".join(old)), Piece("new", "".join(new))]
    pieces = []
    for _kind, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if _kind == "equal":
            pieces.append(Piece("same", "".join(old[i:j])))
        else:
            pieces += [Piece("gone", "".join(old[i:j])), Piece("new", "".join(new[k:m]))]
    return pieces


def _shortened(piece: Piece, is_first: bool, is_last: bool) -> Piece:
    """What stays, cut in its middle; at the ends of the text only the side of the change is kept."""
    text = piece.text
    if piece.kind != "same" or len(text) <= 3 * AROUND:
        return piece
    head = "" if is_first else text[:AROUND].rsplit(" ", 1)[0] + " "
    tail = "" if is_last else " " + text[-AROUND:].split(" ", 1)[-1]
    return Piece("same", f"{head}…{tail}")
