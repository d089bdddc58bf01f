"""The shape of a form's document as JSON Schema (2020-12), made from the same tables that the parser reads by.

It tells shapes. What only the parser knows (that a name exists, that conditions do not run in circles) it does not tell.
"""

from __future__ import annotations

import json
from typing import Any

from app.calls.form_schema.expressions.parsing import LONGEST
from app.calls.form_schema.parsing import MOST_CHECKS, MOST_QUESTIONS, MOST_SECTIONS
from app.calls.form_schema.parsing_questions import BELONGS, CURRENCY, FILE_TYPES, NEEDED, OPTION, OPTIONAL, TAKEN
from app.calls.form_schema.types import AUDIENCES, CELL_KINDS, GROUP_KINDS, KINDS
from app.calls.strict import MAX_TEXT, WORD

Schema = dict[str, Any]
ADDRESS = "/schemas/form.json"
LANGUAGES = ("en", "fr", "es", "pt", "sw")
OF_QUESTIONS = ("visible_to", "hidden_when_blind", "columns")
OF_ROWS = ("show_if", "require_if")


def form_schema() -> Schema:
    """The whole schema; labels are asked in at least one language, a call asks them in all of its own."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": ADDRESS,
        "title": "A form of Assay",
        **_object({"sections": _list({"$ref": "#/$defs/section"}, 1, MOST_SECTIONS)}, _optional_of_form()),
        "$defs": {
            "texts": _texts(),
            "option": _object({"id": _pattern(OPTION.pattern), "label": _ref("texts")}, {}),
            "condition": _condition(),
            "section": _section(),
            "check": _check(),
            "question": _question(KINDS, ()),
            "column": _question(CELL_KINDS, OF_QUESTIONS),
            "budgetColumn": _question(CELL_KINDS, (*OF_QUESTIONS, *OF_ROWS)),
            "groupQuestion": _question(GROUP_KINDS, OF_QUESTIONS),
        },
    }


def as_text() -> str:
    """The schema as it is published."""
    return json.dumps(form_schema(), indent=2, ensure_ascii=False) + "\n"


def _optional_of_form() -> dict[str, Schema]:
    return {"currency": _pattern(CURRENCY.pattern), "checks": _list({"$ref": "#/$defs/check"}, 0, MOST_CHECKS)}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _object(required: dict[str, Schema], optional: dict[str, Schema]) -> Schema:
    return {
        "type": "object",
        "properties": {**required, **optional},
        "required": list(required),
        "additionalProperties": False,
    }


def _list(items: Schema, least: int, most: int) -> Schema:
    return {"type": "array", "items": items, "minItems": least, "maxItems": most}


def _pattern(pattern: str) -> Schema:
    return {"type": "string", "pattern": f"^(?:{pattern})$"}


def _whole(least: int, most: int) -> Schema:
    return {"type": "integer", "minimum": least, "maximum": most}


def _texts() -> Schema:
    one = {"type": "string", "minLength": 1, "maxLength": MAX_TEXT}
    return {
        "description": "A text by language",
        "type": "object",
        "properties": dict.fromkeys(LANGUAGES, one),
        "minProperties": 1,
        "additionalProperties": False,
    }


def _condition() -> Schema:
    short = _object(
        {"question": _pattern(WORD.pattern)},
        {"is": {"type": "string"}, "in": _list({"type": "string"}, 1, 50), "above": _amount()},
    )
    short["oneOf"] = [{"required": [way]} for way in ("is", "in", "above")]
    return {
        "description": "An expression, or the short way to write one",
        "anyOf": [{"type": "string", "minLength": 1, "maxLength": LONGEST}, short],
    }


def _amount() -> Schema:
    return {
        "anyOf": [{"type": "string", "pattern": "^[0-9]{1,13}([.][0-9]{1,2})?$"}, {"type": "integer", "minimum": 0}]
    }


def _section() -> Schema:
    questions = _list(_ref("question"), 1, MOST_QUESTIONS)
    required = {"id": _pattern(WORD.pattern), "title": _ref("texts"), "questions": questions}
    return _object(required, {"intro": _ref("texts")})


def _check() -> Schema:
    name = _pattern(WORD.pattern)
    when = {"type": "string", "minLength": 1, "maxLength": LONGEST}
    return _object({"id": name, "when": when, "message": _ref("texts"), "question": name}, {})


def _question(kinds: tuple[str, ...], left_out: tuple[str, ...]) -> Schema:
    name = {**_pattern(WORD.pattern), "not": {"enum": sorted(TAKEN)}}
    allowed = {key: _settings()[key] for key in OPTIONAL if key not in left_out}
    found = _object({"id": name, "kind": {"enum": list(kinds)}, "label": _ref("texts")}, allowed)
    found["allOf"] = [_of_kind(kind, allowed) for kind in kinds]
    return found


def _of_kind(kind: str, allowed: dict[str, Schema]) -> Schema:
    """What a question of this kind must and cannot have."""
    then: Schema = {"properties": {key: False for key in allowed if key in BELONGS and kind not in BELONGS[key]}}
    if "columns" in allowed and kind in BELONGS["columns"]:
        then["properties"]["columns"] = {
            "group": _list(_ref("groupQuestion"), 1, 30),
            "budget": _list(_ref("budgetColumn"), 0, 12),
        }.get(kind, _list(_ref("column"), 0, 12))
    if kind in NEEDED:
        then["required"] = [NEEDED[kind]]
    return {"if": {"properties": {"kind": {"const": kind}}}, "then": then}


def _settings() -> dict[str, Schema]:
    """The shape of every setting of a question."""
    flag: Schema = {"type": "boolean"}
    options = _list(_ref("option"), 0, 300)
    return {
        "help": _ref("texts"),
        "required": flag,
        "options": options,
        "limit": _whole(1, 50_000),
        "limit_unit": {"enum": ["words", "characters"]},
        "tolerance": _whole(0, 50),
        "least": _amount(),
        "most": _amount(),
        "show_if": _ref("condition"),
        "require_if": _ref("condition"),
        "columns": {"anyOf": [_list(_ref("column"), 0, 12), _list(_ref("groupQuestion"), 1, 30)]},
        "lines": options,
        "min_rows": _whole(0, 50),
        "max_rows": _whole(1, 100),
        "years": _whole(1, 10),
        "sources": options,
        "free_lines": _whole(0, 20),
        "currency": _pattern(CURRENCY.pattern),
        "file_types": {"type": "array", "items": {"enum": list(FILE_TYPES)}},
        "max_files": _whole(1, 20),
        "max_mb": _whole(1, 500),
        "max_pages": _whole(1, 2000),
        "visible_to": {"type": "array", "items": {"enum": list(AUDIENCES)}},
        "hidden_when_blind": {**flag, "description": "Not shown to reviewers who must not learn who applies"},
        "personal": {**flag, "description": "The answer holds personal data"},
        "standard": _pattern(OPTION.pattern),
    }
