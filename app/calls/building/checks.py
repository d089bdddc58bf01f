"""Checks across a form: sentences beside a question that speak while an expression is true."""

from __future__ import annotations

from collections.abc import Sequence

from app.calls.building import finding
from app.calls.building.finding import Document, copied
from app.calls.building.ids import new_id
from app.calls.building.posting import Fields, read_texts, typed, without_nothing


def check(document: Document, ident: str) -> Document:
    """The check of this id."""
    return finding.found_in(document.get("checks") or [], ident)


def put_check(document: Document, ident: str, given: Document) -> tuple[Document, str]:
    """A check as given now, or a new one when it has no id yet; returns its id too."""
    made = copied(document)
    entries = made.setdefault("checks", [])
    if ident:
        entries[finding.place_of(entries, ident)] = {**copied(given), "id": ident}
        return made, ident
    new = new_id(given.get("message") or {}, {str(each.get("id")) for each in entries}, "check")
    entries.append({**copied(given), "id": new})
    return made, new


def move_check(document: Document, ident: str, step: int) -> Document:
    """One place earlier (-1) or later (1); at the ends it stays."""
    made = copied(document)
    entries = made.get("checks") or []
    at = finding.place_of(entries, ident)
    if 0 <= at + step < len(entries):
        entries[at], entries[at + step] = entries[at + step], entries[at]
    return made


def duplicate_check(document: Document, ident: str) -> tuple[Document, str]:
    """The check again, after itself, under a new id."""
    made, new = put_check(document, "", check(document, ident))
    entries = made["checks"]
    entries.insert(finding.place_of(entries, ident) + 1, entries.pop())
    return made, new


def remove_check(document: Document, ident: str) -> Document:
    """Without the check."""
    made = copied(document)
    entries = made.get("checks") or []
    del entries[finding.place_of(entries, ident)]
    return made if entries else {name: value for name, value in made.items() if name != "checks"}


def read_check(fields: Fields, before: Document, languages: Sequence[str]) -> Document:
    """A check as typed."""
    message = read_texts(fields, "message", before.get("message"), languages)
    words = {name: typed(fields, name) or None for name in ("when", "question")}
    return without_nothing({**copied(before), **words, "message": message}, before)
