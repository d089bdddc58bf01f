"""From what was typed on the page of a question to its document, and what the page shows of a document.

What cannot be read (a limit of "many") is kept as it was typed: the reading of the form names it, and nothing is lost.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from app.calls.amounts import read_number
from app.calls.building.finding import Document, copied
from app.calls.building.ids import within
from app.calls.building.keys import NAMES, PART_LISTS, Key, belongs, keys_of
from app.calls.building.parts import add_part
from app.calls.form_schema.reading import clean

Fields = Mapping[str, Sequence[str]]
WAYS = ("is", "in", "above")
MOST_ROWS = 300


def typed(fields: Fields, name: str) -> str:
    """The text posted under a name."""
    return clean((fields.get(name) or ("",))[0])


def read_question(
    fields: Fields,
    kind: str,
    before: Document,
    languages: Sequence[str],
    inside: str = "",
    taken: Collection[str] = (),
) -> Document:
    """The question as typed; what the page did not show stays as it was in ``before``.

    Of another kind than before, it loses the settings that its new kind does not have. ``taken``: ids of parts that the
    question ever had, like ``options/tin``; no new part gets one of them.
    """
    changed = before.get("kind") not in (None, kind)
    made = {k: v for k, v in copied(before).items() if not (changed and k in NAMES and not belongs(k, kind))}
    made["kind"] = kind
    for key in keys_of(kind, inside):
        if key.widget == "columns":
            continue
        if key.name in PART_LISTS:
            made[key.name] = read_parts(
                fields, key.name, before.get(key.name) or [], languages, within(taken, key.name)
            )
        else:
            made[key.name] = _read(fields, key, before.get(key.name), languages)
    return without_nothing(made, before)


def without_nothing(made: Document, before: Document) -> Document:
    """Without what says nothing; an empty list that was written before stays."""
    return {k: v for k, v in made.items() if v not in (None, {}, []) or (k in before and before[k] == v)}


def _read(fields: Fields, key: Key, before: Any, languages: Sequence[str]) -> Any:
    if key.widget in {"texts", "long_texts"}:
        return read_texts(fields, key.name, before, languages)
    if key.widget == "flag":
        return _unless_meant(bool(fields.get(key.name)), key, before)
    if key.widget == "several":
        chosen = [clean(value) for value in fields.get(key.name) or ()]
        return before if isinstance(before, list) and set(before) == set(chosen) else chosen
    if key.widget == "condition":
        return read_condition(fields, key.name, before)
    value = typed(fields, key.name)
    if value == shown_value(before):
        return before
    if key.widget == "one":
        return _unless_meant(value, key, before)
    return {"whole": _whole, "amount": _amount, "word": str.upper}[key.widget](value) if value else None


def _unless_meant(value: Any, key: Key, before: Any) -> Any:
    """Nothing where absence means the same and nothing was written before."""
    return None if before is None and value == key.default else value


def _whole(value: str) -> Any:
    bare = value.replace(" ", "").replace("\u00a0", "").replace("\u202f", "")
    return int(bare) if bare.isascii() and bare.isdigit() and len(bare) <= 9 else value


def _amount(value: str) -> str:
    number = read_number(value, 2)
    return f"{number:f}" if number is not None else value


def shown_value(value: Any) -> str:
    """A plain setting as its field shows it."""
    return "" if value is None else str(value)


def read_texts(fields: Fields, name: str, before: Any, languages: Sequence[str]) -> dict[str, str]:
    """The texts of the call's languages as typed; those of other languages stay."""
    kept = {code: text for code, text in (before or {}).items() if code not in languages}
    given = {code: typed(fields, f"{name}.{code}") for code in languages}
    order = [*(code for code in before or {} if code in languages), *languages]
    return {**{code: given[code] for code in dict.fromkeys(order) if given[code]}, **kept}


def read_parts(
    fields: Fields, name: str, before: Iterable[Document], languages: Sequence[str], taken: Collection[str] = ()
) -> list[Document]:
    """Options or lines in the order of the page. New ones get an id from their label; empty new rows are no options."""
    known = {part.get("id"): part for part in before}
    question: Document = {name: []}
    fresh: list[Document] = []
    for number in row_numbers(fields, name):
        ident = typed(fields, f"{name}.{number}.id")
        old = known.get(ident, {})
        part = {**copied(old), "label": read_texts(fields, f"{name}.{number}.label", old.get("label"), languages)}
        if ident in known:
            question[name].append({**part, "id": ident})
        elif part["label"]:
            fresh.append(part)
    for part in fresh:
        question, _ = add_part(question, name, part, {*taken, *(str(ident) for ident in known)})
    found: list[Document] = question[name]
    return found


def row_numbers(fields: Fields, name: str) -> list[int]:
    """The rows of a list that the page posted."""
    heads = (key.split(".") for key in fields if key.startswith(f"{name}."))
    numbers = {int(p[1]) for p in heads if len(p) > 2 and p[1].isascii() and p[1].isdigit() and len(p[1]) <= 3}
    return sorted(n for n in numbers if n < MOST_ROWS)


def read_condition(fields: Fields, name: str, before: Any) -> Any:
    """A condition: none, the short way over plain fields, or an expression."""
    how = typed(fields, f"{name}.how")
    if how == "text":
        return typed(fields, f"{name}.text") or None
    if how != "plain":
        return None
    way, value = typed(fields, f"{name}.way"), typed(fields, f"{name}.value")
    asked = typed(fields, f"{name}.question")
    if not asked and not value:
        return None
    made: Document = {"question": asked, (way if way in WAYS else "is"): value}
    if way == "in":
        made["in"] = [word.strip() for word in value.split(",") if word.strip()]
    if way == "above":
        made["above"] = _amount(value)
    return before if shown_condition(before) == shown_condition(made) else made


def shown_condition(condition: Any) -> dict[str, str]:
    """A condition as its fields show it."""
    if isinstance(condition, str):
        return {"how": "text", "text": condition}
    if not isinstance(condition, dict):
        return {"how": "none"}
    way = next((w for w in WAYS if condition.get(w) is not None), "is")
    value = condition.get(way)
    words = ", ".join(map(str, value)) if isinstance(value, list) else shown_value(value)
    return {"how": "plain", "question": shown_value(condition.get("question")), "way": way, "value": words}


def read_section(fields: Fields, before: Document, languages: Sequence[str]) -> Document:
    """Title and introduction of a section as typed."""
    title = read_texts(fields, "title", before.get("title"), languages)
    intro = read_texts(fields, "intro", before.get("intro"), languages)
    return without_nothing({**copied(before), "title": title, "intro": intro}, before)
