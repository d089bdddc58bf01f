"""Which settings a question has, by its kind: one table that pages, reading and writing share."""

from __future__ import annotations

from dataclasses import dataclass

from app.calls.form_schema import AUDIENCES, BELONGS, FILE_TYPES, OPTIONAL, ROWS

# Only for a whole question, never for a column of a table.
OF_WHOLE_QUESTIONS = frozenset({"visible_to", "hidden_when_blind", "standard"})
CONDITIONS = frozenset({"show_if", "require_if"})
PART_LISTS = ("options", "lines", "sources")


@dataclass(frozen=True)
class Key:
    """One setting: its name in the document, how it is typed, the values to choose from, and what absence means."""

    name: str
    widget: str
    allowed: tuple[str, ...] = ()
    default: object = None


KEYS = (
    Key("label", "texts"),
    Key("help", "long_texts"),
    Key("options", "parts"),
    Key("lines", "parts"),
    Key("sources", "parts"),
    Key("years", "whole"),
    Key("free_lines", "whole"),
    Key("columns", "columns"),
    Key("min_rows", "whole"),
    Key("max_rows", "whole"),
    Key("required", "flag", default=True),
    Key("require_if", "condition"),
    Key("show_if", "condition"),
    Key("limit", "whole"),
    Key("limit_unit", "one", ("characters", "words"), "characters"),
    Key("tolerance", "whole"),
    Key("least", "amount"),
    Key("most", "amount"),
    Key("currency", "word"),
    Key("file_types", "several", FILE_TYPES),
    Key("max_files", "whole"),
    Key("max_mb", "whole"),
    Key("max_pages", "whole"),
    Key("visible_to", "several", AUDIENCES),
    Key("hidden_when_blind", "flag", default=False),
    Key("personal", "flag", default=False),
)
NAMES = {key.name: key for key in KEYS}


def belongs(name: str, kind: str) -> bool:
    """Whether a question of this kind can have the setting at all."""
    return name == "label" or (name in OPTIONAL and (name not in BELONGS or kind in BELONGS[name]))


def keys_of(kind: str, inside: str = "") -> tuple[Key, ...]:
    """The settings of a question of this kind, in the order of the page; ``inside``: the kind of the table of a column."""
    left_out = OF_WHOLE_QUESTIONS if inside else frozenset[str]()
    left_out |= CONDITIONS if inside and inside not in ROWS else frozenset[str]()
    return tuple(key for key in KEYS if key.name not in left_out and belongs(key.name, kind))
