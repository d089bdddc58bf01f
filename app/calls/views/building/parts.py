"""The buttons beside options, lines and columns: each keeps what was typed and moves, copies or removes one of them."""

from __future__ import annotations

from collections.abc import Collection

from app.calls import building
from app.calls.building import Document, Gone
from app.calls.building.finding import PARTS
from app.core.errors import Conflict


def applied(question: Document, act: str, taken: Collection[str]) -> Document:
    """The question after the pressed button; ``act`` is ``part:list:id:what`` or anything else.

    ``taken``: ids of parts that the question ever had, like ``options/tin``.
    """
    head, name, ident, what = _split(act)
    if head != "part":
        return question
    try:
        if what == "remove":
            return building.remove_part(question, name, ident)
        if what == "copy":
            return building.duplicate_part(question, name, ident, building.within(taken, name))[0]
        if what in {"up", "down"}:
            return building.move_part(question, name, ident, -1 if what == "up" else 1)
    except Gone as gone:
        raise Conflict() from gone
    return question


def anchor(act: str) -> str:
    """Where the page goes on after the button."""
    head, name, _, _ = _split(act)
    return f"f-{name}" if head == "part" and name in PARTS else ""


def _split(act: str) -> tuple[str, str, str, str]:
    parts = act.split(":")
    return (parts[0], parts[1], parts[2], parts[3]) if len(parts) == 4 else (act, "", "", "")
