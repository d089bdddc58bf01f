"""What a page of the call editor asks: fields at places of the document, and lists of rows. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.calls.drafting import paths

Options = tuple[tuple[str, str], ...]
EMPTY: Mapping[str, Any] = {}


@dataclass(frozen=True)
class Field:
    """One thing to fill in. ``kind`` says how what is typed becomes a value; labels are translatable texts.

    ``options`` are (value, label) pairs, or the name of a list that the page knows: minerals, countries, zones.
    """

    path: str
    kind: str
    label: str
    hint: str = ""
    options: Options | str = ()
    optional: bool = False
    default: Any = None
    languages: tuple[str, ...] = ()
    width: str = ""

    def names(self) -> tuple[str, ...]:
        """The names of its inputs: one for each language, or one."""
        return tuple(f"{self.path}.{language}" for language in self.languages) or (self.path,)


@dataclass(frozen=True)
class Rows:
    """A list of the document; each row is a block, ``new`` is what an added row begins with."""

    path: str
    title: str
    add: str
    rows: tuple[Block, ...]
    new: Mapping[str, Any] = field(default_factory=dict)
    hint: str = ""
    most: int = 30


@dataclass(frozen=True)
class Block:
    """Fields that belong together; ``title`` may hold %(number)s."""

    title: str
    parts: tuple[Field | Rows, ...]
    number: int = 0
    name: str = ""
    path: str = ""
    hint: str = ""


@dataclass(frozen=True)
class Page:
    """One page of the editor: which places of the document are its own, and what it asks."""

    part: str
    title: str
    owns: tuple[str, ...]
    blocks: tuple[Block, ...] = ()
    intro: str = ""
    optional: bool = False
    stage: int | None = None

    def fields(self) -> Iterator[Field]:
        for block in self.blocks:
            yield from _fields(block)

    def lists(self) -> Iterator[Rows]:
        for block in self.blocks:
            yield from _lists(block)

    def owned(self, path: str) -> int:
        """How much of the path is this page's own: the longest of its places that holds it."""
        return max((len(place) for place in self.owns if paths.within(path, place)), default=0)


def _fields(block: Block) -> Iterator[Field]:
    for part in block.parts:
        if isinstance(part, Field):
            yield part
        else:
            for row in part.rows:
                yield from _fields(row)


def _lists(block: Block) -> Iterator[Rows]:
    for part in block.parts:
        if isinstance(part, Rows):
            yield part
            for row in part.rows:
                yield from _lists(row)
