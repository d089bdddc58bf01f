"""From what is typed to a value of the document and back. What cannot be read stays as it was typed, so it is not lost. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from app.calls.amounts import read_number
from app.calls.drafting.fields import Field

WALL = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d)(:\d\d(\.\d+)?)?")
TRUTH = {"true": True, "false": False}


def read(field: Field, values: Sequence[str]) -> Any:
    """The value that the typed texts stand for; nothing when nothing was typed."""
    texts = [clean(value) for value in values]
    texts = [text for text in texts if text]
    if field.kind == "choices":
        return texts or None
    if field.kind == "questions":
        return texts if len(texts) > 1 else texts[0] if texts else None
    if field.kind == "flag":
        return None if bool(texts) == bool(field.default) else bool(texts)
    return READERS.get(field.kind, str)(texts[0]) if texts else None


def clean(text: str) -> str:
    """Without outer blanks, and without characters that no document can carry."""
    plain = text.replace("\r\n", "\n").encode("utf-8", "ignore").decode()
    return "".join(c for c in plain if c >= " " or c in "\n\t").strip()


def _amount(text: str) -> str:
    number = read_number(text, 2)
    return text if number is None else f"{number:.2f}"


def _integer(text: str) -> int | str:
    return int(text) if re.fullmatch(r"\d{1,9}", text, re.ASCII) else text


def _numbers(text: str) -> list[int | str]:
    return [_integer(part) for part in re.split(r"[\s,;+]+", text) if part]


def _words(text: str) -> list[str]:
    return [part for part in re.split(r"[\s,;]+", text) if part]


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def _wall(text: str) -> str:
    found = WALL.fullmatch(text)
    return f"{found[1]} {found[2]}" if found else text


READERS: dict[str, Any] = {
    "amount": _amount,
    "integer": _integer,
    "numbers": _numbers,
    "words": _words,
    "lines": _lines,
    "wall": _wall,
    "code": str.upper,
    "truth": lambda text: TRUTH.get(text, text),
}


def shown(field: Field, value: Any) -> list[str]:
    """The texts that stand in the inputs for a stored value."""
    if value is None or value == {}:
        return ["yes"] if field.kind == "flag" and field.default else []
    if field.kind == "flag":
        return ["yes"] if value is True else []
    if field.kind == "truth":
        return [str(value).lower()]
    if isinstance(value, list):
        texts = [str(entry) for entry in value]
        joined = "\n" if field.kind == "lines" else ", "
        return texts if field.kind in {"choices", "questions"} else [joined.join(texts)]
    return [str(value)]
