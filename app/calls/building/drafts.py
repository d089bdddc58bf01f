"""A working copy as a form, as far as it can be read, with every flaw and the place where it stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.calls.building.finding import Document
from app.calls.form_schema import Flaw, Form, parse_node
from app.calls.strict import Node

SECTION = re.compile(r"sections\[(\d+)\](?:\.questions\[(\d+)\])?\.?(.*)")
CHECK = re.compile(r"checks\[(\d+)\]\.?(.*)")


@dataclass(frozen=True)
class Place:
    """Where a flaw stands: ``kind`` is form, section, question or check; ``rest`` is the path inside that."""

    kind: str
    ident: str
    rest: str


@dataclass(frozen=True)
class Draft:
    """What could be read of a working copy, and what is wrong with it."""

    form: Form
    flaws: tuple[tuple[Place, Flaw], ...]

    def of(self, kind: str, ident: str) -> list[tuple[str, Flaw]]:
        """The flaws of one section, question or check, with the path inside it."""
        return [(place.rest, flaw) for place, flaw in self.flaws if (place.kind, place.ident) == (kind, ident)]


def read_draft(document: Document, languages: Sequence[str]) -> Draft:
    """Read a document of the right shape without refusing it."""
    root = Node(document)
    form = parse_node(root, tuple(languages))
    return Draft(form, tuple((place_of(document, flaw.path), flaw) for flaw in root.flaws))


def place_of(document: Document, path: str) -> Place:
    """The section, question or check that a path leads to."""
    if found := SECTION.fullmatch(path):
        section = document["sections"][int(found[1])]
        if found[2] is None:
            return Place("section", section["id"], found[3])
        return Place("question", section["questions"][int(found[2])]["id"], found[3])
    if found := CHECK.fullmatch(path):
        return Place("check", str(document["checks"][int(found[1])].get("id", "")), found[2])
    return Place("form", "", path)
