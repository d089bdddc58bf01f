"""Forms of random questions, and random steps from one form to the next that can be applied."""

from __future__ import annotations

import itertools
import random
from collections.abc import Collection
from copy import deepcopy
from typing import Any

from app.calls import building
from app.calls.form_schema import FormError, parse
from tests.factories.calls import question, section

KINDS = (
    "short_text",
    "long_text",
    "integer",
    "yes_no",
    "choice",
    "choices",
    "table",
    "budget",
    "email",
    "date",
    "money",
)


_number = itertools.count(1)


def fresh(prefix: str) -> str:
    return f"{prefix}{next(_number)}"


def option() -> dict[str, Any]:
    ident = fresh("o")
    return {"id": ident, "label": {"en": f"Label-{ident}"}}


def parts(kind: str, rng: random.Random) -> dict[str, Any]:
    """What a question of a kind needs beside its label."""
    if kind in {"choice", "choices"}:
        return {"options": [option() for _ in range(rng.randint(1, 3))]}
    if kind == "table":
        return {"columns": [cell(rng) for _ in range(rng.randint(1, 3))]}
    if kind == "budget":
        return {
            "lines": [option() for _ in range(rng.randint(1, 3))],
            "columns": [question(fresh("c"), "money", required=False)],
        }
    return {}


def cell(rng: random.Random) -> dict[str, Any]:
    kind = rng.choice(("short_text", "long_text", "integer", "choice"))
    return question(fresh("c"), kind, required=False, **parts(kind, rng))


def some_question(rng: random.Random) -> dict[str, Any]:
    kind = rng.choice(KINDS)
    return question(fresh("q"), kind, required=False, **parts(kind, rng))


def some_section(rng: random.Random) -> dict[str, Any]:
    return section(fresh("s"), *(some_question(rng) for _ in range(rng.randint(1, 4))))


def places(document: dict[str, Any]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    return [(s, q) for s in document["sections"] for q in s["questions"]]


def mutate(document: dict[str, Any], rng: random.Random, graveyard: list[dict[str, Any]]) -> None:
    """Change one thing about a form."""
    sections = document["sections"]
    where, asked = rng.choice(places(document))
    act = rng.choice(("add", "back", "remove", "remove", "move", "retype", "retype", "part", "part", "cut", "cut",
                      "section", "unsection", "turn", "condition", "relabel"))  # fmt: skip
    if act == "add":
        where["questions"].insert(rng.randint(0, len(where["questions"])), some_question(rng))
    elif act == "back" and graveyard:
        known = {q["id"] for _, q in places(document)}
        back = rng.choice(graveyard)
        if back["id"] not in known:
            where["questions"].append(deepcopy(back))
    elif act == "remove":
        graveyard.append(deepcopy(asked))
        where["questions"].remove(asked)
    elif act == "move":
        where["questions"].remove(asked)
        rng.choice(sections)["questions"].insert(0, asked)
    elif act == "retype":
        graveyard.append(deepcopy(asked))
        kind = rng.choice(KINDS)
        asked_anew = question(asked["id"], kind, required=False, **parts(kind, rng))
        where["questions"][where["questions"].index(asked)] = asked_anew
    elif act in {"part", "cut"}:
        _change_part(asked, rng, grow=act == "part")
    elif act == "section":
        sections.insert(rng.randint(0, len(sections)), some_section(rng))
    elif act == "unsection":
        graveyard.extend(deepcopy(where["questions"]))
        sections.remove(where)
    elif act == "turn":
        rng.shuffle(sections)
    elif act == "condition":
        switch = next((q for _, q in places(document) if q["kind"] == "yes_no" and q is not asked), None)
        if switch is not None and "show_if" not in asked:
            asked["show_if"] = {"question": switch["id"], "is": rng.choice(("yes", "no"))}
        else:
            asked.pop("show_if", None)
    elif act == "relabel":
        asked["label"] = {"en": fresh("Asked anew ")}


def _change_part(asked: dict[str, Any], rng: random.Random, grow: bool) -> None:
    """An option, a line or a column more or less."""
    for name, make in (("options", option), ("lines", option), ("columns", lambda: cell(rng))):
        found = asked.get(name)
        if not found or (asked["kind"] == "budget" and name == "columns"):
            continue
        if grow:
            found.insert(rng.randint(0, len(found)), make())
        elif len(found) > 1:
            found.remove(rng.choice(found))


def reborn(document: dict[str, Any], rng: random.Random, taken: Collection[str]) -> dict[str, Any]:
    """Parts removed and added again with the words that made their ids, as the builder does it: they mean something else."""
    for _, asked in places(document):
        for name in ("options", "lines", "columns"):
            if asked.get(name) and rng.random() < 0.5:
                used = building.within(taken, f"{asked['id']}/{name}")
                asked = _reborn(asked, name, rng.choice(asked[name]), used)
                document = building.edit_question(document, asked["id"], asked)
    return document


def _reborn(asked: dict[str, Any], name: str, gone: dict[str, Any], used: Collection[str]) -> dict[str, Any]:
    """Without one part and with another; where an id that was ever used comes back, its label says that it means another."""
    bare = building.remove_part(asked, name, gone["id"])
    again = {**gone, "label": {"en": gone["id"]}}
    made, ident = building.add_part(bare, name, again, used)
    label = fresh("Another meaning ") if ident in used else f"Label-{ident}"
    return building.edit_part(made, name, ident, {**again, "label": {"en": label}})


def changed(
    document: dict[str, Any], rng: random.Random, graveyard: list[dict[str, Any]], taken: Collection[str] = ()
) -> dict[str, Any]:
    """A form that can be applied, a few steps further. ``taken``: ids of parts that nothing new may get."""
    for _ in range(30):
        new = deepcopy(document)
        for _ in range(rng.randint(1, 4)):
            if places(new):
                mutate(new, rng, graveyard)
        if rng.random() < 0.6:
            new = reborn(new, rng, taken)
        new["sections"] = [s for s in new["sections"] if s["questions"]]
        try:
            parse(new)
        except FormError:
            continue
        if new != document:
            return new
    return document
