"""Changing a document by what a page posts: its own fields only, then rows added, moved or taken away. Pure."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from app.calls.drafting import paths, typed
from app.calls.drafting.fields import Page
from app.calls.drafting.pages.known import stages_of

Posted = Mapping[str, Sequence[str]]
KEPT: dict[str, Any] = {"programme": {}, "rules": {}}
ACTIONS = ("add", "remove", "up", "down")


def patched(document: dict[str, Any], page: Page, posted: Posted, partial: bool = False) -> dict[str, Any]:
    """A copy with what was typed. ``partial``: fields that are not posted stay; else an absent choice means none."""
    changed = copy.deepcopy(document)
    for field in page.fields():
        for name in field.names():
            if name in posted or not partial:
                paths.put(changed, name, typed.read(field, posted.get(name, ())))
    return tidy(changed)


def tidy(document: dict[str, Any]) -> dict[str, Any]:
    """Without names that say nothing, except in the forms, which are documents of their own."""
    forms = [stage.get("form") for stage in stages_of(document)]
    found: dict[str, Any] = {**KEPT, **paths.pruned(document)}
    found["rules"] = {"answers": {}, **(found["rules"] if isinstance(found["rules"], dict) else {})}
    for stage, form in zip(stages_of(found), forms, strict=False):
        if form is not None:
            stage["form"] = form
    return found


def allowed(page: Page, action: str) -> bool:
    """Whether a button of this page says so: ``add:PATH`` of one of its lists, or a move of one of its rows."""
    verb, _, path = action.partition(":")
    if verb == "add":
        return any(rows.path == path and len(rows.rows) < rows.most for rows in page.lists())
    return verb in ACTIONS and any(row.path == path for rows in page.lists() for row in rows.rows)


def acted(document: dict[str, Any], page: Page, action: str) -> dict[str, Any]:
    """A copy in which the button's action is done; ``allowed`` was asked before."""
    changed = copy.deepcopy(document)
    verb, _, path = action.partition(":")
    if verb == "add":
        found = next(rows for rows in page.lists() if rows.path == path)
        there = paths.get(changed, path)
        paths.put(changed, path, [*(there if isinstance(there, list) else []), copy.deepcopy(dict(found.new))])
        return changed
    place, number = row_of(path)
    rows = paths.get(changed, place)
    if isinstance(rows, list):
        move(rows, verb, number)
    return changed


def row_of(path: str) -> tuple[str, int]:
    """The list and the number of a row: ``stages[2]`` is (``stages``, 2)."""
    place, _, number = path.rpartition("[")
    return place, int(number.rstrip("]") or 0)


def move(rows: list[Any], verb: str, number: int) -> None:
    """Take a row away, or change it with its neighbour."""
    if verb == "remove" and number < len(rows):
        del rows[number]
        return
    other = number - 1 if verb == "up" else number + 1
    if verb in {"up", "down"} and 0 <= other < len(rows) and number < len(rows):
        rows[number], rows[other] = rows[other], rows[number]


def acted_ids(ids: list[str | None], action: str) -> list[str | None]:
    """What a button does to the stages, done to the list that says which stage of the call each one is."""
    verb, _, path = action.partition(":")
    changed = [*ids]
    if verb == "add":
        return [*changed, None]
    move(changed, verb, row_of(path)[1])
    return changed
