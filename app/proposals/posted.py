"""Posted fields of a section, before they are read: a row taken out, and choices between two people's texts. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

Fields = dict[str, list[str]]
THEIRS = "theirs"


def without_row(fields: Fields, target: str) -> Fields:
    """The fields without one row of a table; ``target`` is ``question:key`` as the button posts it."""
    question, _, key = target.partition(":")
    prefix = f"{question}.{key}."
    return {name: values for name, values in fields.items() if not (key and name.startswith(prefix))}


def left_to_them(posted: Mapping[str, str], question_ids: Iterable[str]) -> frozenset[str]:
    """The questions for which the person chose the other one's text, so that the stored answer stays."""
    return frozenset(q for q in question_ids if posted.get(f"keep-{q}") == THEIRS)
