"""What can be done to the parts of one question: options, columns, lines and sources. Each returns a new question."""

from __future__ import annotations

from collections.abc import Collection

from app.calls.building import finding
from app.calls.building.finding import PARTS, Document, copied
from app.calls.building.ids import new_id


def add_part(question: Document, name: str, part: Document, taken: Collection[str] = ()) -> tuple[Document, str]:
    """A new option, column, line or source at the end; its id is made from its label, and is none of ``taken``."""
    made = copied(question)
    entries = finding.parts(made, name)
    ident = new_id(part.get("label") or {}, {*(e.get("id", "") for e in entries), *taken}, PARTS[name])
    entries.append({**copied(part), "id": ident})
    return made, ident


def edit_part(question: Document, name: str, ident: str, part: Document) -> Document:
    """The part as given now; its id and place stay."""
    made = copied(question)
    entries = finding.parts(made, name)
    entries[finding.place_of(entries, ident)] = {**copied(part), "id": ident}
    return made


def remove_part(question: Document, name: str, ident: str) -> Document:
    """Without this part."""
    made = copied(question)
    entries = finding.parts(made, name)
    del entries[finding.place_of(entries, ident)]
    return made


def move_part(question: Document, name: str, ident: str, step: int) -> Document:
    """One place earlier (-1) or later (1); at the ends it stays."""
    made = copied(question)
    entries = finding.parts(made, name)
    at = finding.place_of(entries, ident)
    if 0 <= at + step < len(entries):
        entries[at], entries[at + step] = entries[at + step], entries[at]
    return made


def duplicate_part(question: Document, name: str, ident: str, taken: Collection[str] = ()) -> tuple[Document, str]:
    """The part again, after itself, under a new id."""
    made, new = add_part(question, name, finding.found_in(finding.parts(copied(question), name), ident), taken)
    entries = finding.parts(made, name)
    entries.insert(finding.place_of(entries, ident) + 1, entries.pop())
    return made, new
