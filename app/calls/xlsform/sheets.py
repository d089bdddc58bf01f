"""The sheets of an XLSForm as plain rows, and what may stand in a cell."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from app.calls.strict import Flaw

OWN = "assay::"  # columns of ours, for what XLSForm has no place for
ABSENT = "(none)"  # in such a column: the form does not have this setting at all
LANGUAGES = {"en": "English", "fr": "French", "es": "Spanish", "pt": "Portuguese", "sw": "Swahili"}
CODE_OF = {name.lower(): code for code, name in LANGUAGES.items()} | {
    "français": "fr",
    "español": "es",
    "português": "pt",
}
ILLEGAL = re.compile(r"[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|x005F_")
Cells = dict[str, str]


@dataclass(frozen=True)
class Row:
    """One row of a sheet: its number and its cells by the name of their column."""

    number: int
    cells: Cells
    letters: dict[str, str] = field(default_factory=dict)
    sheet: str = "survey"

    def get(self, name: str) -> str:
        return self.cells.get(name, "")

    def place(self, name: str) -> str:
        """The cell in the words of a spreadsheet: ``survey!F7``."""
        letter = next((place for title, place in self.letters.items() if name in {title, title.partition("::")[0]}), "")
        return f"{self.sheet}!{letter}{self.number}"

    def note(self, column: str, message: str, **params: object) -> Flaw:
        """Something to say about a cell."""
        return Flaw(self.place(column), message, params)


Sheets = dict[str, list[Row]]


def plain(value: str) -> str:
    """A text as a cell can hold it."""
    return ILLEGAL.sub("", value).strip()


def packed(value: Any) -> str:
    """Any value of a form as the text of a cell, from which ``unpacked`` reads the same."""
    return json.dumps(value, ensure_ascii=True, separators=(",", ":")).replace("x005F_", "x005F\\u005f")


def unpacked(text: str) -> Any:
    """The value; raises ``ValueError``."""
    try:
        return json.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def column(name: str, language: str) -> str:
    """The name of a column in one language: ``label::English (en)``."""
    return f"{name}::{LANGUAGES.get(language, language)} ({language})"


def language_of(name: str) -> tuple[str, str]:
    """Base name and language of a column; no language where it has none."""
    base, _, called = name.partition("::")
    if not called:
        return name, ""
    coded = re.search(r"\(([a-z]{2,3})\)\s*$", called)
    bare = re.sub(r"\s*\([^)]*\)\s*$", "", called).strip().lower()
    return base.strip(), coded[1] if coded else CODE_OF.get(bare, bare)
