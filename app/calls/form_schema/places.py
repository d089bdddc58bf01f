"""Answers that name a place: a region of a country, a mine site, a point on the map."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from app.calls.form_schema.rows import rows_by_key
from app.calls.form_schema.types import Answers, Form, Question, Section
from app.calls.vocabulary import COUNTRIES
from app.mines.geo import Cell, cell_of, parse_degrees
from workflows.machine import N_

Flaw = tuple[str, dict[str, object]]
REFERENCE = re.compile(r"MINE-[A-Z]{2}-\d{4,6}", re.ASCII)
NEW_SITE = "new"
# A position as records hold it that others read: the south-west corner of its 0.1 degree cell, in tenths.
CELL = "cell"
LONGEST = 160


def place_flaw(question: Question, value: Any) -> Flaw | None:
    """Why an answer to a question for a place cannot be used."""
    if not isinstance(value, dict) or not all(isinstance(name, str) for name in value):
        return N_("This answer cannot be read."), {}
    return {"region": _region_flaw, "site": _site_flaw, "point": _point_flaw}[question.kind](value)


def _region_flaw(value: Mapping[str, Any]) -> Flaw | None:
    if value.get("country") not in COUNTRIES:
        return N_("Choose a country."), {}
    return _name_flaw(value.get("region"), N_("Name the region."))


def _name_flaw(name: Any, missing: str) -> Flaw | None:
    if not isinstance(name, str) or not name.strip():
        return missing, {}
    if len(name) > LONGEST:
        return N_("Characters over the limit: %(over)s."), {"over": len(name) - LONGEST}
    return None


def _site_flaw(value: Mapping[str, Any]) -> Flaw | None:
    reference = value.get("site")
    if reference and reference != NEW_SITE:
        if isinstance(reference, str) and REFERENCE.fullmatch(reference):
            return None
        return N_("Write the reference of a mine site, like MINE-CD-0001."), {}
    found = _name_flaw(value.get("name"), N_("Choose a mine site, or name one that is not in the registry yet."))
    return found or _region_flaw(value)


def _point_flaw(value: Mapping[str, Any]) -> Flaw | None:
    if cell_of_point(value) is None:
        return N_("Write the degrees like -1.9641 or 1° 57' 50\" S, the latitude and the longitude."), {}
    return None


def cell_of_point(value: Any) -> Cell | None:
    """The cell of a position, as it was typed or as a record holds it: all that anybody but its writers may see of it."""
    if not isinstance(value, Mapping):
        return None
    return _kept_cell(value) if CELL in value else _typed_cell(value)


def _typed_cell(value: Mapping[str, Any]) -> Cell | None:
    typed = [value.get("latitude"), value.get("longitude")]
    if not all(isinstance(text, str) and len(text) <= 60 for text in typed):
        return None
    latitude, longitude = parse_degrees(str(typed[0]), 90), parse_degrees(str(typed[1]), 180)
    return None if latitude is None or longitude is None else cell_of(latitude, longitude)


def _kept_cell(value: Mapping[str, Any]) -> Cell | None:
    cell = value[CELL]
    if not isinstance(cell, list) or len(cell) != 2 or not all(type(edge) is int for edge in cell):
        return None
    return Cell(*cell) if abs(cell[0]) <= 900 and abs(cell[1]) <= 1800 else None


def for_record(question: Question, value: Any) -> Any:
    """An answer as a record may hold it that others read: every position only as its cell."""
    if question.kind == "point":
        cell = cell_of_point(value)
        return {CELL: [cell.lat10, cell.lon10]} if cell else {}
    points = [column for column in question.columns if column.kind == "point"]
    if not points or not isinstance(value, list):
        return value
    return [_row_for_record(points, row) if isinstance(row, dict) else row for row in value]


def _row_for_record(points: list[Question], row: Mapping[str, Any]) -> dict[str, Any]:
    kept = {column.id: for_record(column, row[column.id]) for column in points if row.get(column.id)}
    return {**row, **kept}


def sites_named(form: Form, answers: Answers) -> Iterator[tuple[Section, Question, str, str]]:
    """Every reference to a site of the registry in the answers: section, question, the field's name, the reference."""
    for section in form.sections:
        for question in section.questions:
            value = answers.get(question.id)
            if question.kind == "site":
                yield from ((section, question, question.id, ref) for ref in _reference(value))
            sites = [column.id for column in question.columns if column.kind == "site"]
            for key, row in rows_by_key(value).items() if sites else ():
                for column in sites:
                    for ref in _reference(row.get(column)):
                        yield section, question, f"{question.id}.{key}.{column}", ref


def _reference(value: Any) -> list[str]:
    found = value.get("site") if isinstance(value, dict) else None
    return [found] if isinstance(found, str) and REFERENCE.fullmatch(found) else []


def sites_proposed(form: Form, answers: Answers) -> Iterator[Mapping[str, Any]]:
    """The mine sites in the answers, of the registry (``site``: a reference) and new ones, in the order of the form."""
    for section in form.sections:
        for question in section.questions:
            value = answers.get(question.id)
            columns = [column.id for column in question.columns if column.kind == "site"]
            rows = value if columns and isinstance(value, list) else []
            cells = [row.get(column) for row in rows if isinstance(row, dict) for column in columns]
            for site in [value] if question.kind == "site" else cells:
                if isinstance(site, dict) and (_reference(site) or site.get("name")):
                    yield site
