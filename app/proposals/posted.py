"""What a page of a section posts: its fields, and what it knew of them when they were changed. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Fields = dict[str, list[str]]
CLIENT = re.compile(r"[A-Za-z0-9-]{8,40}")
MOST = 2**31 - 1
NOT_FIELDS = frozenset(
    {
        "csrf_token",
        "idempotency_key",
        "version",
        "then",
        "add_row",
        "remove_row",
        "settle",
        "page:shown",
        "page:sites",
        "form_mark",
    }
)


@dataclass(frozen=True)
class Posted:
    """A posted page. ``seen``: the version of the submission that it showed; nothing overrules whatever stands.

    ``shown``: every field of the page with the mark of what it held when the page was made (``fields.mark_of``).
    ``bases``: with a script, the fields that were edited, each with the version that the page knew of it; ``client``
    names the open page and ``sequence`` counts its edits. ``removed``: a table and the key of the row to take out.
    ``form_mark`` tells which form the page showed.
    """

    fields: Fields
    seen: int | None = None
    shown: Mapping[str, str] | None = None
    client: str = ""
    sequence: int = 0
    bases: Mapping[str, int] | None = None
    removed: tuple[str, str] | None = None
    section_id: str = ""
    form_mark: str = ""


def read_page(lists: Mapping[str, Sequence[str]], section_id: str, form_mark: str = "") -> Posted:
    """The page that a request posted; what cannot be read of its bookkeeping counts as not sent."""
    fields = {n: list(v) for n, v in lists.items() if not (n in NOT_FIELDS or n.startswith("patch:"))}
    client = _first(lists, "patch:client")
    scripted = bool(CLIENT.fullmatch(client))
    table, _, key = _first(lists, "remove_row").partition(":")
    return Posted(
        fields=fields,
        seen=_number(_first(lists, "version")),
        shown=_marks(_first(lists, "page:shown")),
        client=client if scripted else "",
        sequence=(_number(_first(lists, "patch:sequence")) or 0) if scripted else 0,
        bases=_bases(_first(lists, "patch:bases")) if scripted else None,
        removed=(table, key) if table and key else None,
        section_id=section_id,
        form_mark=form_mark,
    )


def _first(lists: Mapping[str, Sequence[str]], name: str) -> str:
    values = lists.get(name) or ("",)
    return values[0]


def _number(text: str) -> int | None:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 12 else None
    return number if number is not None and number <= MOST else None


def _object(text: str) -> dict[str, Any] | None:
    try:
        found = json.loads(text) if text else None
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _marks(text: str) -> dict[str, str] | None:
    found = _object(text)
    return None if found is None else {n: v for n, v in found.items() if isinstance(v, str)}


def _bases(text: str) -> dict[str, int] | None:
    found = _object(text)
    if found is None:
        return None
    return {n: v for n, v in found.items() if isinstance(v, int) and not isinstance(v, bool) and 0 <= v <= MOST}
