"""One question and one row: what XLSForm can say of it, and the columns of ours for the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from app.calls.building.finding import Document
from app.calls.strict import Flaw
from app.calls.xlsform.constraints import without_checks
from app.calls.xlsform.lists import is_shared, shared_list
from app.calls.xlsform.relevance import from_constraint, from_relevant, to_constraint, to_relevant
from app.calls.xlsform.sheets import ABSENT, OWN, Cells, Row, column, language_of, packed, plain, unpacked
from workflows.machine import N_

TYPES = {
    "short_text": "text", "long_text": "text", "organisation": "text", "email": "text", "url": "text", "region": "text",
    "site": "text", "integer": "integer", "decimal": "decimal", "money": "decimal", "date": "date",
    "yes_no": "select_one yes_no", "country": "select_one countries", "countries": "select_multiple countries",
    "mineral": "select_one minerals",
    "minerals": "select_multiple minerals", "point": "geopoint", "file": "file", "consent": "acknowledge",
    "table": "begin_repeat", "partners": "begin_repeat", "group": "begin_repeat", "budget": "note", "logframe": "note",
}  # fmt: skip
KINDS = {
    "text": "short_text", "integer": "integer", "decimal": "decimal", "date": "date", "geopoint": "point", "file": "file",
    "image": "file", "acknowledge": "consent", "trigger": "consent", "begin_repeat": "group", "note": "short_text",
    "range": "decimal", "select_one yes_no": "yes_no", "select_one countries": "country",
    "select_multiple countries": "countries", "select_one minerals": "mineral",
    "select_multiple minerals": "minerals",
}  # fmt: skip
LISTED = {"choice": "select_one", "choices": "select_multiple"}
# Which settings a column tells: when a person changed the cell, it counts, and not what stands in our column.
TOLD_BY = {
    "type": ("kind",), "appearance": ("kind",), "required": ("required", "require_if"), "relevant": ("show_if",),
    "constraint": ("least", "most", "limit", "limit_unit"), "label": ("label",), "hint": ("help",),
}  # fmt: skip
PICTURES = ["png", "jpg"]
NOT_HELD = ("calculation", "default", "repeat_count", "choice_filter", "trigger", "parameters")
IN_TWO_WORDS = frozenset({"select one", "select multiple", "begin repeat", "begin group", "end repeat", "end group"})
CHANGED = N_("This was changed here, so what stands in the columns “assay::” is left out.")
NO_CONDITION = N_("This condition cannot be said here; add it by hand: %(text)s")
NO_BOUND = N_("This constraint cannot be said here; write a check for it: %(text)s")


@dataclass
class Reading:
    """What the rows before this one told: ids by the names of the file, lists of choices, what could not be held."""

    names: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    lists: Mapping[str, list[Document]] = field(default_factory=dict)
    language: str = "en"
    notes: list[Flaw] = field(default_factory=list)
    checks: Sequence[Any] = ()


def cells_of(question: Document, kinds: Mapping[str, str], list_name: str) -> Cells:
    """What XLSForm can say of a question."""
    kind = str(question.get("kind", ""))
    kind_cell = f"{LISTED[kind]} {list_name}" if kind in LISTED else TYPES.get(kind, "text")
    made = {
        "type": kind_cell,
        "name": plain(str(question.get("id", ""))),
        "required": _required(question, kinds),
        "relevant": plain(to_relevant(question.get("show_if"), kinds)),
        "constraint": plain(to_constraint(question)),
        "appearance": "multiline" if kind == "long_text" else "",
        **texts("label", question.get("label")),
        **texts("hint", question.get("help")),
    }
    return {name: value for name, value in made.items() if value}


def _required(question: Document, kinds: Mapping[str, str]) -> str:
    """Whether it must be answered, or when; a condition that cannot be said stops nobody."""
    condition = question.get("require_if")
    if condition is None:
        return "no" if question.get("required") is False else "yes"
    return plain(to_relevant(condition, kinds)) or "no"


def texts(name: str, given: Any) -> Cells:
    """One text in a column for each language."""
    return {column(name, code): plain(text) for code, text in (given or {}).items() if plain(text)}


def own_cells(question: Document, guessed: Document, left_out: Sequence[str] = ()) -> Cells:
    """Our columns: every setting that a reader would guess wrongly from the others."""
    names = [
        n for n in {**question, **guessed} if n not in left_out and question.get(n, ABSENT) != guessed.get(n, ABSENT)
    ]
    names += [n for n in guessed if n not in question and n not in names and n not in left_out]
    return {f"{OWN}{name}": packed(question[name]) if name in question else ABSENT for name in names}


def guess(row: Row, ident: str, reading: Reading) -> Document:
    """A question as the columns of XLSForm tell it."""
    made: Document = {
        "id": ident,
        "kind": _kind(row, reading.lists),
        "label": read_texts(row, "label", reading.language),
    }
    if hint := read_texts(row, "hint", reading.language):
        made["help"] = hint
    needed = row.get("required")
    condition = from_relevant(needed, reading.names) if "${" in needed else None
    if condition is not None:
        made["require_if"] = condition
    elif not is_yes(needed):
        made["required"] = False
    head, _, listed = _type(row).partition(" ")
    if made["kind"] in LISTED:
        made["options"] = reading.lists.get(listed.removesuffix(" or_other").strip(), [])
    if head == "image":
        made["file_types"] = list(PICTURES)
    bounds = from_constraint(row.get("constraint"))
    made.update(bounds or {})
    if relevant := row.get("relevant"):
        condition = from_relevant(relevant, reading.names)
        if condition is not None:
            made["show_if"] = condition
    return made


def read_row(row: Row, ident: str, reading: Reading) -> Document:
    """A question as the whole row tells it; what was changed beside our columns counts before them."""
    if constraint := row.get("constraint"):
        bare = without_checks(constraint, ident, reading.checks)
        row = replace(row, cells={**row.cells, "constraint": bare} if bare else _without(row.cells, "constraint"))
    guessed = guess(row, ident, reading)
    own = _own(row, reading)
    merged = _merged(guessed, own)
    listed = _type(row).partition(" ")[2]
    said = cells_of(merged, reading.kinds, listed)
    for head, settings in TOLD_BY.items():
        if _head(said, head) != _head(row.cells, head) and any(name in own for name in settings):
            own = {name: value for name, value in own.items() if name not in settings}
            reading.notes.append(
                row.note(head, N_("This was changed here, so what stands in the columns “assay::” is left out."))
            )
    merged = _merged(guessed, own)
    _note_unheld(row, merged, own, reading)
    return merged


def _without(cells: Cells, name: str) -> Cells:
    return {known: value for known, value in cells.items() if known != name}


def _head(cells: Cells, name: str) -> Cells:
    """The cells of a column in all languages; where the file has one column without a language, that one."""
    return {n: v for n, v in cells.items() if n == name or language_of(n)[0] == name}


def _own(row: Row, reading: Reading) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, text in row.cells.items():
        if name.startswith(OWN) and text:
            try:
                found[name.removeprefix(OWN)] = ABSENT if text == ABSENT else unpacked(text)
            except ValueError:
                reading.notes.append(row.note(name, N_("This cannot be read, and is left out.")))
    return found


def _merged(guessed: Document, own: Mapping[str, Any]) -> Document:
    gone = {name for name, value in own.items() if value == ABSENT}
    return {name: value for name, value in {**guessed, **own}.items() if name not in gone}


def _note_unheld(row: Row, made: Document, own: Mapping[str, Any], reading: Reading) -> None:
    """Say what of the row is lost."""
    if row.get("relevant") and "show_if" not in made:
        reading.notes.append(row.note("relevant", NO_CONDITION, text=row.get("relevant")[:200]))
    if "${" in row.get("required") and "require_if" not in made:
        reading.notes.append(row.note("required", NO_CONDITION, text=row.get("required")[:200]))
    bounds = from_constraint(row.get("constraint"))
    if bounds is None and not {"least", "most", "limit"} & own.keys():
        reading.notes.append(row.note("constraint", NO_BOUND, text=row.get("constraint")[:200]))
    for column_name in NOT_HELD:
        if row.get(column_name):
            message = N_("“%(title)s” has no place in a form here, and is left out.")
            reading.notes.append(row.note(column_name, message, title=column_name))
    appearance = row.get("appearance")[:80]
    if appearance not in {"", "multiline"}:
        reading.notes.append(row.note("appearance", N_("The appearance “%(text)s” is left out."), text=appearance))


def _type(row: Row) -> str:
    """The type in one way of writing."""
    words = row.get("type").split()
    if " ".join(words[:2]) in IN_TWO_WORDS:
        words = ["_".join(words[:2]), *words[2:]]
    return " ".join(words)


def type_of(row: Row) -> str:
    """The first word of the type, in one way of writing."""
    return _type(row).partition(" ")[0]


def _kind(row: Row, lists: Mapping[str, list[Document]]) -> str:
    whole, head = _type(row), type_of(row)
    name = shared_list(whole)
    if whole in KINDS and (not name or is_shared(name, (option["id"] for option in lists.get(name, ())))):
        return KINDS[whole]
    if head in {"select_one", "select_multiple"}:
        return "choice" if head == "select_one" else "choices"
    if head == "text" and "multiline" in row.get("appearance"):
        return "long_text"
    return KINDS.get(head, "short_text")


def is_known(row: Row) -> bool:
    """Whether a type is one that a question here can hold."""
    return type_of(row) in {*KINDS, "select_one", "select_multiple"}


def is_yes(value: str) -> bool:
    return value.strip().lower() in {"yes", "true", "true()", "1"}


def read_texts(row: Row, name: str, default: str) -> dict[str, str]:
    """A text by language; a column without one is in the file's own language."""
    found = {}
    for column_name, value in row.cells.items():
        base, language = language_of(column_name)
        if base == name and value:
            found[language or default] = value
    return found
