"""Whether a working copy of a form can be shown and edited at all. It may hold flaws; it must have its shape."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from app.calls.strict import Flaw, FormError
from workflows.machine import N_

MOST_BYTES = 1_000_000
MOST_SECTIONS = 60
MOST_QUESTIONS = 1_000
MOST_DEPTH = 8
LISTED = ("questions", "columns", "options", "lines", "sources")
TEXTS = ("title", "intro", "label", "help")


def check_structure(document: Any) -> None:
    """Raise ``FormError`` when this is no form that could be shown: wrong shape, too large, too deep."""
    if not isinstance(document, dict) or not isinstance(document.get("sections"), list):
        raise FormError([Flaw("", N_("This is no form: it has no list of sections."))])
    if _depth_over(document, MOST_DEPTH + 4):
        raise FormError([Flaw("", N_("The form is nested too deeply."))])
    if len(json.dumps(document, ensure_ascii=False, default=str).encode("utf-8", "replace")) > MOST_BYTES:
        raise FormError([Flaw("", N_("The form is too large: at most 1 MB is possible."))])
    flaws = list(_sections(document["sections"]))
    if flaws:
        raise FormError(flaws[:50])


def _depth_over(value: Any, left: int) -> bool:
    """Whether lists and names are nested deeper than allowed; never itself goes deeper than that."""
    if left == 0:
        return True
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(_depth_over(v, left - 1) for v in inside)


def _sections(sections: list[Any]) -> Iterator[Flaw]:
    if len(sections) > MOST_SECTIONS:
        yield Flaw(
            "sections", N_("There are too many sections: at most %(most)s are possible."), {"most": MOST_SECTIONS}
        )
    questions = 0
    for index, section in enumerate(sections):
        path = f"sections[{index}]"
        yield from _part(section, path)
        if isinstance(section, dict):
            if not isinstance(section.get("questions"), list):
                yield Flaw(f"{path}.questions", N_("expected a list"))
            else:
                questions += len(section["questions"])
    if questions > MOST_QUESTIONS:
        yield Flaw(
            "sections", N_("There are too many questions: at most %(most)s are possible."), {"most": MOST_QUESTIONS}
        )


def _part(part: Any, path: str) -> Iterator[Flaw]:
    """One section, question, column, option or line with all that is inside it."""
    if not isinstance(part, dict):
        yield Flaw(path, N_("expected names with values here"))
        return
    if not isinstance(part.get("id"), str) or not part["id"].strip():
        yield Flaw(f"{path}.id", N_("is missing"))
    for name in TEXTS:
        if part.get(name) is not None and not _is_texts(part[name]):
            yield Flaw(f"{path}.{name}", N_("expected texts by language"))
    for name in LISTED:
        inside = part.get(name)
        if inside is not None and not isinstance(inside, list):
            yield Flaw(f"{path}.{name}", N_("expected a list"))
        for index, entry in enumerate(inside if isinstance(inside, list) else ()):
            yield from _part(entry, f"{path}.{name}[{index}]")


def _is_texts(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(k, str) and isinstance(v, str) for k, v in value.items())
