"""Ids that never change: made from a label once, unique among those that are or ever were in use."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from app.calls.building.finding import PARTS
from app.calls.form_schema.parsing_questions import TAKEN

LONGEST = 48
# Words of the language of conditions, and names that the page of a section posts itself.
RESERVED = frozenset({"and", "or", "not", "in", "true", "false"}) | TAKEN


def new_id(label: Mapping[str, str] | str, taken: Collection[str], fallback: str) -> str:
    """A code like ``mines_reached``, from the English text if there is one; ``fallback`` where no letter is Latin."""
    words = label if isinstance(label, str) else label.get("en") or next((t for t in label.values() if t.strip()), "")
    stem = _code(words) or fallback
    if stem in RESERVED:
        stem = f"{stem}_{fallback}"
    number, found = 1, stem
    while found in taken:
        number += 1
        found = f"{stem}_{number}"
    return found


def _code(words: str) -> str:
    plain = unicodedata.normalize("NFKD", words[:400]).encode("ascii", "ignore").decode().lower()
    code = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    if len(code) > LONGEST:
        code = code[:LONGEST].rsplit("_", 1)[0]
    return code if code[:1].isalpha() else f"n{code}" if code else ""


def within(ids: Collection[str], place: str) -> frozenset[str]:
    """The ids of parts that stand under a place, told from there: of ``mines/options/tin`` under ``mines``, ``options/tin``."""
    return frozenset(ident.removeprefix(f"{place}/") for ident in ids if ident.startswith(f"{place}/"))


def part_ids_of(document: Mapping[str, Any]) -> frozenset[str]:
    """Every id of options, columns, lines and sources of a form with its place, like ``mines/options/tin``."""
    asked = (question for section in document.get("sections") or () for question in section["questions"])
    return frozenset(place for question in asked for place in _parts(question, question["id"]))


def _parts(owner: Mapping[str, Any], place: str) -> Iterator[str]:
    for name in PARTS:
        for part in owner.get(name) or ():
            here = f"{place}/{name}/{part['id']}"
            yield here
            yield from _parts(part, here)


def ids_of(document: Mapping[str, Any]) -> frozenset[str]:
    """Every id of sections and questions of a form."""
    sections = document.get("sections") or ()
    inside = (question["id"] for section in sections for question in section["questions"])
    return frozenset({*(section["id"] for section in sections), *inside})
