"""Differences between two forms in words, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice

from flask_babel import gettext

from app.calls.form_changes import Change
from app.calls.form_schema import text
from app.web.filters import translate
from workflows.machine import Refusal

LONGEST = 90


def change_place(change: Change, language: str) -> str:
    """Where a difference is: section, question, column; a difference of the whole form is nowhere in it."""
    steps = (change.section, change.label, change.column_label)
    return " › ".join(_short(text(step, language)) for step in steps if step)


def change_words(change: Change, language: str) -> str:
    """What is different, as a sentence."""
    values = {name: _value(value, language) for name, value in change.params.items()}
    return gettext(change.message, **values) if values else gettext(change.message)


def change_lines(changes: Iterable[Change], language: str, most: int) -> list[str]:
    """One line for each difference, and one that says how many more there are."""
    found = list(changes)
    lines = [
        ": ".join(filter(None, (change_place(c, language), change_words(c, language)))) for c in islice(found, most)
    ]
    if len(found) > most:
        lines.append(gettext("And %(count)s more differences.", count=len(found) - most))
    return lines


def _value(value: object, language: str) -> object:
    if isinstance(value, Refusal):
        return translate(value)
    return _short(text(value, language)) if isinstance(value, Mapping) else value


def _short(words: str) -> str:
    one_line = " ".join(words.split())
    return one_line if len(one_line) <= LONGEST else one_line[: LONGEST - 1].rstrip() + "…"
