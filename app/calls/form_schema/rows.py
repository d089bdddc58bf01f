"""Rows of tables know themselves by a key of their own, so that rows added and removed by two people never mix.

A row keeps its key beside its cells (``_id``). Rows of older answers have none: their key is their place, and is written
beside their cells when the table is next saved. Fields of a page are named ``question.KEY.column``. Pure.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from typing import Any

ROW_ID = "_id"
KEY = re.compile(r"[A-Za-z0-9_-]{1,24}")


def fresh_row_key() -> str:
    """The key of a row that is begun on a page; no two pages give the same one."""
    return "r" + secrets.token_hex(4)


def rows_by_key(rows: Any) -> dict[str, dict[str, Any]]:
    """Copies of the rows of a table by their keys, each with its key beside its cells, in their order."""
    given = [dict(row) for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    taken = {str(row[ROW_ID]) for row in given if row.get(ROW_ID)}
    found: dict[str, dict[str, Any]] = {}
    for index, row in enumerate(given):
        key = str(row.get(ROW_ID) or "")
        if not key or key in found:
            key = _free(str(index), taken | set(found))
        found[key] = {**row, ROW_ID: key}
    return found


def row_at(rows: Any, key: str) -> dict[str, Any] | None:
    """The row that ``rows_by_key`` gives for a key, without looking at all the others; to be read, not changed."""
    given = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    found = next((row for row in given if row.get(ROW_ID) == key), None)
    if found is not None and key:
        return found
    keys = {str(row.get(ROW_ID) or "") for row in given}
    plain = len(keys) == len(given) and "" not in keys
    return None if plain and key not in keys else rows_by_key(rows).get(key)


def _free(key: str, taken: Iterable[str]) -> str:
    while key in taken:
        key += "x"
    return key


def without_row_keys(value: Any) -> Any:
    """An answer as people read it: what tells rows apart is left out."""
    if isinstance(value, list):
        return [without_row_keys(part) for part in value]
    if isinstance(value, dict):
        return {name: without_row_keys(part) for name, part in value.items() if name != ROW_ID}
    return value
