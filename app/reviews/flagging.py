"""Where texts that reviewers will read name who applies: names folded, word by word; domains and addresses. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

WORD = re.compile(r"[^\W_]+")
SHORTEST = 4


@dataclass(frozen=True)
class Clue:
    """What gives somebody away: ``shown`` in words, and how it is looked for. ``literal``: a domain or an address."""

    shown: str
    key: str
    literal: bool = False


@dataclass(frozen=True)
class Flag:
    """A place where a clue stands."""

    place: str
    clue: str


def fold(text: str) -> str:
    """Words without case, accents and punctuation, one blank between them and around."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return f" {' '.join(WORD.findall(plain))} "


def clues(organisations: Iterable[str], people: Iterable[str], addresses: Iterable[str]) -> tuple[Clue, ...]:
    """What to look for; ``addresses``: e-mail addresses and domains that are nobody else's."""
    found = [Clue(name, fold(name).strip()) for name in (*organisations, *people)]
    for name in people:
        last = fold(name).split()[-1:]
        found += [Clue(name, word) for word in last]
    found += [Clue(one, one.strip().lower(), literal=True) for one in addresses]
    return tuple(dict.fromkeys(clue for clue in found if len(clue.key) >= SHORTEST))


def flags(texts: Iterable[tuple[str, str]], looked_for: Iterable[Clue]) -> tuple[Flag, ...]:
    """``texts``: place and text. Every place once for each name that stands there."""
    wanted = tuple(looked_for)
    found = [
        Flag(place, clue.shown)
        for place, text in texts
        for folded, lowered in [(fold(text), text.lower())]
        for clue in wanted
        if (clue.key in lowered if clue.literal else f" {clue.key} " in folded)
    ]
    return tuple(dict.fromkeys(found))


def strings(answer: Any) -> Iterator[str]:
    """Every text within an answer, however deep."""
    if isinstance(answer, str):
        yield answer
    elif isinstance(answer, Mapping):
        for value in answer.values():
            yield from strings(value)
    elif isinstance(answer, list | tuple):
        for value in answer:
            yield from strings(value)
