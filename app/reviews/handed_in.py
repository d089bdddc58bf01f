"""A sheet as it was handed in: a document that is never changed, its hash, and how to read it again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from app.reviews.sheet import Sheet


class Line(Protocol):
    """A criterion with score and reason, or a section with its comment."""

    @property
    def code(self) -> str: ...
    @property
    def score(self) -> int | None: ...
    @property
    def reason(self) -> str: ...
    @property
    def not_applicable(self) -> bool: ...


def compose(lines: Iterable[Line], **texts: Any) -> dict[str, Any]:
    """The document of a sheet; ``texts``: comments, note, amount, and what else the sheet holds, as plain JSON values."""
    ordered = sorted(lines, key=lambda line: line.code)
    return {
        "scores": {line.code: line.score for line in ordered},
        "texts": {line.code: line.reason for line in ordered},
        "not_applicable": [line.code for line in ordered if line.not_applicable],
        **texts,
    }


def digest(document: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical JSON."""
    canonical = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def sheet_of(document: Mapping[str, Any]) -> Sheet:
    """The scores and texts of a document, and what is not applicable."""
    return Sheet(dict(document["scores"]), dict(document["texts"]), frozenset(document["not_applicable"]))
