"""Ids that never change: made from a label once, unique among those that are or ever were in use."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from typing import Any

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


def ids_of(document: Mapping[str, Any]) -> frozenset[str]:
    """Every id of sections and questions of a form."""
    sections = document.get("sections") or ()
    inside = (question["id"] for section in sections for question in section["questions"])
    return frozenset({*(section["id"] for section in sections), *inside})
