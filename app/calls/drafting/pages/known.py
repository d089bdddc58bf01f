"""What a document that may have gaps tells for sure: its languages, stages and questions. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from app.calls.document.parsing import LANGUAGES
from app.calls.drafting import paths
from app.calls.drafting.fields import Options

Map = Mapping[str, Any]


def languages_of(document: Map) -> tuple[str, ...]:
    """The languages of the call that are known ones; English when none is said yet."""
    chosen = document.get("languages")
    found = [code for code in LANGUAGES if isinstance(chosen, list) and code in chosen]
    return tuple(found) or LANGUAGES[:1]


def rows_of(document: Any, path: str = "") -> list[dict[str, Any]]:
    """The rows of a list, each as names with values, whatever stands there."""
    found = paths.get(document, path) if path else document
    return [row if isinstance(row, dict) else {} for row in found] if isinstance(found, list) else []


def stages_of(document: Map) -> list[dict[str, Any]]:
    return rows_of(document, "stages")


def words_of(texts: Any, document: Map) -> str:
    """A text in the first language of the call that has it, for naming rows and options."""
    if not isinstance(texts, dict):
        return ""
    wanted = (*languages_of(document), *texts)
    return next((str(texts[code]) for code in wanted if texts.get(code)), "")


def option(row: Map, document: Map) -> tuple[str, str]:
    """A thing of a form with its label, to choose from."""
    ident = str(row.get("id", ""))
    return ident, words_of(row.get("label") or row.get("title"), document) or ident


def sections(document: Map, stage: int) -> list[dict[str, Any]]:
    return rows_of(document, f"stages[{stage}].form.sections")


def questions(document: Map, stage: int | None = None) -> Iterator[Map]:
    """The questions of one stage or of all, in order."""
    wanted = range(len(stages_of(document))) if stage is None else (stage,)
    for number in wanted:
        for section in sections(document, number):
            yield from rows_of(section.get("questions"))


def question_options(document: Map, kinds: tuple[str, ...] = (), stage: int | None = None) -> Options:
    """The questions of these kinds, each id once."""
    asked = (q for q in questions(document, stage) if not kinds or q.get("kind") in kinds)
    return tuple(dict(option(q, document) for q in asked if q.get("id")).items())
