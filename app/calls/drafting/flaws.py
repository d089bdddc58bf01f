"""Flaws of an unfinished document: gaps that are still to be filled, and what is wrong; texts that lack a language. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from app.calls.strict import Flaw
from workflows.machine import N_

MISSING = N_("is missing")
EMPTY = N_("expected names with values here")
COUNT = N_("has %(count)s entries; %(least)s to %(most)s are possible")
LANGUAGE = re.compile(r"\.(en|fr|es)$")


def is_gap(flaw: Flaw) -> bool:
    """Whether it only says that something is not written yet."""
    return flaw.message in {MISSING, EMPTY} or (flaw.message == COUNT and flaw.params["count"] == 0)


def without_repeats(flaws: Iterable[Flaw]) -> tuple[Flaw, ...]:
    """One flaw for each place and sentence; where something is missing, nothing else is said of that place."""
    found: dict[tuple[str, str], Flaw] = {}
    missing = {flaw.path for flaw in flaws if flaw.message == MISSING}
    for flaw in flaws:
        if flaw.path not in missing or flaw.message == MISSING:
            found.setdefault((flaw.path, str(flaw)), flaw)
    return tuple(found.values())


def gaps(flaws: Iterable[Flaw]) -> tuple[Flaw, ...]:
    """The flaws that are only gaps."""
    return tuple(flaw for flaw in flaws if is_gap(flaw))


def languages_lacking(flaws: Iterable[Flaw]) -> dict[str, tuple[Flaw, ...]]:
    """The missing texts by the language in which they are missing."""
    found: dict[str, list[Flaw]] = {}
    for flaw in flaws:
        language = LANGUAGE.search(flaw.path)
        if language and flaw.message == MISSING:
            found.setdefault(language[1], []).append(flaw)
    return {language: tuple(lacking) for language, lacking in found.items()}
