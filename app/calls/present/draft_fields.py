"""The fields of a page of the call editor, with what is written, what is wrong, and what somebody else wrote meanwhile."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

from flask_babel import gettext

from app.calls.drafting import Block, Field, Rows, instants, paths, read_wall, typed
from app.calls.present.questions import country_options, mineral_names, mineral_options
from app.calls.strict import Flaw
from app.web.filters import instant, translate
from workflows.machine import Refusal

Options = tuple[tuple[str, str], ...]
Map = Mapping[str, Any]


@dataclass(frozen=True)
class InputView:
    """One input: its name is its place in the document."""

    name: str
    id: str
    label: str
    values: tuple[str, ...]
    errors: tuple[str, ...]
    theirs: str

    @property
    def value(self) -> str:
        return self.values[0] if self.values else ""


@dataclass(frozen=True)
class FieldView:
    """A field with one input, or one for each language."""

    id: str
    kind: str
    label: str
    hint: str
    optional: bool
    width: str
    options: Options
    inputs: tuple[InputView, ...]
    errors: tuple[str, ...]
    note: str

    is_list = False


@dataclass(frozen=True)
class RowsView:
    """A list of rows with the button that adds one."""

    id: str
    title: str
    hint: str
    add: str
    action: str
    rows: tuple[BlockView, ...]
    errors: tuple[str, ...]

    is_list = True


@dataclass(frozen=True)
class BlockView:
    """Fields that belong together; a row of a list has an address for its buttons."""

    id: str
    title: str
    hint: str
    path: str
    is_first: bool
    is_last: bool
    parts: tuple[FieldView | RowsView, ...]


@dataclass(frozen=True)
class Writing:
    """What a page is made of: the document, its flaws, and where two people's texts differ, the other one's."""

    document: Map
    flaws: Sequence[Flaw]
    theirs: Map | None = None

    def errors(self, *places: str) -> tuple[str, ...]:
        """What is wrong at these very places."""
        return tuple(sentence(flaw) for flaw in self.flaws if flaw.path in places)

    def errors_within(self, place: str) -> tuple[str, ...]:
        return tuple(sentence(flaw) for flaw in self.flaws if paths.within(flaw.path, place))


def anchor(path: str) -> str:
    """The id of the element at a place of the document."""
    return "f-" + re.sub(r"[^a-z0-9_]+", "-", path).strip("-")


def sentence(flaw: Flaw) -> str:
    """A flaw as a sentence beside its field, where its place need not be told."""
    words = translate(Refusal(flaw.message, flaw.params)).strip()
    return words[:1].upper() + words[1:] + ("" if words.endswith((".", "?", "!")) else ".")


def block_title(block: Block) -> str:
    """How a page calls a block: its title with its number, and the name that it was given."""
    title = gettext(block.title, number=block.number) if block.number else translate(block.title)
    return f"{title}: {block.name}" if block.name else title


def block_view(block: Block, writing: Writing, first: bool = True, last: bool = True) -> BlockView:
    return BlockView(
        id=anchor(block.path) if block.path else "",
        title=block_title(block),
        hint=translate(block.hint),
        path=block.path,
        is_first=first,
        is_last=last,
        parts=tuple(
            field_view(part, writing) if isinstance(part, Field) else rows_view(part, writing) for part in block.parts
        ),
    )


def rows_view(rows: Rows, writing: Writing) -> RowsView:
    most = len(rows.rows) - 1
    return RowsView(
        id=anchor(rows.path),
        title=translate(rows.title),
        hint=translate(rows.hint),
        add=translate(rows.add) if most + 1 < rows.most else "",
        action=f"add:{rows.path}",
        rows=tuple(block_view(row, writing, n == 0, n == most) for n, row in enumerate(rows.rows)),
        errors=writing.errors(rows.path, *(row.path for row in rows.rows)),
    )


def field_view(field: Field, writing: Writing) -> FieldView:
    several = bool(field.languages)
    return FieldView(
        id=anchor(field.path),
        kind=field.kind,
        label=translate(field.label),
        hint=translate(field.hint),
        optional=field.optional or field.kind == "flag",
        width=field.width,
        options=_options(field, writing.document),
        inputs=tuple(_input(field, name, writing) for name in field.names()),
        errors=writing.errors(field.path) if several else writing.errors_within(field.path),
        note=_moment(field, writing.document) if field.kind == "wall" else "",
    )


def _input(field: Field, name: str, writing: Writing) -> InputView:
    values = typed.shown(field, paths.get(writing.document, name))
    theirs = typed.shown(field, paths.get(writing.theirs, name)) if writing.theirs is not None else values
    language = name.rpartition(".")[2] if field.languages else ""
    names = {"en": gettext("English"), "fr": gettext("French"), "es": gettext("Spanish")}
    return InputView(
        name=name,
        id=anchor(name),
        label=names.get(language, language),
        values=tuple(values),
        errors=writing.errors(name) if language else (),
        theirs=(", ".join(theirs) or "–") if theirs != values else "",
    )


def _options(field: Field, document: Map) -> Options:
    if isinstance(field.options, str):
        return LISTS[field.options](document)
    told = tuple((value, translate(label)) for value, label in field.options)
    stored = paths.get(document, field.path)
    chosen = stored if isinstance(stored, list) else [stored]
    known = {value for value, _ in told}
    lost = tuple((v, v) for v in chosen if isinstance(v, str) and v and v not in known)
    return told + lost if field.kind in {"choice", "choices", "questions", "truth"} else told


@lru_cache
def _zones() -> Options:
    regions = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")
    return tuple((zone, zone) for zone in sorted(available_timezones()) if zone.startswith(regions))


def _countries_in_scope(document: Map) -> Options:
    scope = paths.get(document, "rules.countries.allowed")
    return tuple(option for option in country_options() if not isinstance(scope, list) or option[0] in scope)


def _minerals_in_scope(document: Map) -> Options:
    scope = document.get("minerals")
    codes = [code for code in scope if isinstance(code, str)] if isinstance(scope, list) else []
    return tuple(zip(codes, mineral_names(codes), strict=True)) or mineral_options()


LISTS: dict[str, Callable[[Map], Options]] = {
    "zones": lambda _document: _zones(),
    "minerals": lambda _document: mineral_options(),
    "countries": lambda _document: country_options(),
    "countries_in_scope": _countries_in_scope,
    "minerals_in_scope": _minerals_in_scope,
}


def _moment(field: Field, document: Map) -> str:
    """The instant of a wall time, in the call's zone and in UTC; nothing when there is none, or not exactly one."""
    zone = document.get("timezone")
    wall = read_wall(paths.get(document, field.path), zone)
    found = instants(wall, str(zone)) if wall else ()
    if len(found) != 1:
        return ""
    utc = found[0].astimezone(UTC).strftime("%Y-%m-%d %H:%M")
    return gettext("%(when)s, which is %(utc)s UTC", when=instant(found[0], str(zone)), utc=utc)
