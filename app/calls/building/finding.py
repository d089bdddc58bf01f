"""Finding the parts of a form's document by their ids."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

Document = dict[str, Any]
# The lists inside a question, and the first word of an id whose label holds no Latin letter.
PARTS = {"options": "option", "columns": "column", "questions": "column", "lines": "line", "sources": "source"}


class Gone(LookupError):
    """The document has no such section, question or part (any more)."""


def copied(document: Document) -> Document:
    """The same document, none of whose parts is shared with the first."""
    return copy.deepcopy(document)


def place_of(entries: list[Document], ident: str) -> int:
    """Where the entry of this id stands in its list."""
    found = next((n for n, entry in enumerate(entries) if entry.get("id") == ident), None)
    if found is None:
        raise Gone(ident)
    return found


def section(document: Document, ident: str) -> Document:
    """The section of this id."""
    return found_in(document["sections"], ident)


def found_in(entries: list[Document], ident: str) -> Document:
    """The entry of this id."""
    return entries[place_of(entries, ident)]


def section_of(document: Document, question_id: str) -> Document:
    """The section in which a question stands."""
    for candidate in document["sections"]:
        if any(q.get("id") == question_id for q in candidate["questions"]):
            return dict_of(candidate)
    raise Gone(question_id)


def dict_of(value: Any) -> Document:
    """A part of a document as what it is."""
    if not isinstance(value, dict):
        raise Gone(str(value))
    return value


def question(document: Document, ident: str) -> Document:
    """The question of this id."""
    return found_in(section_of(document, ident)["questions"], ident)


def questions(document: Document) -> Iterator[Document]:
    """All questions in the order of the form."""
    for each in document["sections"]:
        yield from each["questions"]


def parts(question: Document, name: str) -> list[Document]:
    """The options, columns, lines … of a question; an empty list when it has none yet."""
    if name not in PARTS:
        raise Gone(name)
    found = question.setdefault(name, [])
    return found if isinstance(found, list) else []
