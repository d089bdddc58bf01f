"""Answers that name a place: a region of a country, a mine site, a point on the map."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from app.calls.form_schema.types import Question
from app.calls.vocabulary import COUNTRIES
from app.mines.geo import Cell, cell_of, parse_degrees
from workflows.machine import N_

Flaw = tuple[str, dict[str, object]]
REFERENCE = re.compile(r"MINE-[A-Z]{2}-\d{4,6}", re.ASCII)
NEW_SITE = "new"
# What is known of a site of the registry once its reference was looked up; see ``services/places.py`` of calls.
KNOWN = "known"
EXACT = "exact"
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
        if isinstance(reference, str) and REFERENCE.fullmatch(reference) and value.get(KNOWN, True):
            return None
        return N_("No mine site of the registry has this reference. It looks like MINE-CD-0001."), {}
    found = _name_flaw(value.get("name"), N_("Choose a mine site, or name one that is not in the registry yet."))
    return found or _region_flaw(value)


def _point_flaw(value: Mapping[str, Any]) -> Flaw | None:
    if CELL in value:
        return None if cell_in(value) else (N_("This answer cannot be read."), {})
    if EXACT in value or point_in(value) is None:
        return N_("Write the degrees like -1.9641 or 1° 57' 50\" S, the latitude and the longitude."), {}
    return None


def point_in(value: Mapping[str, Any]) -> Cell | None:
    """The cell of a position as it was typed, when it can be read."""
    typed = [value.get("latitude"), value.get("longitude")]
    if not all(isinstance(text, str) and len(text) <= 60 for text in typed):
        return None
    latitude, longitude = parse_degrees(str(typed[0]), 90), parse_degrees(str(typed[1]), 180)
    return None if latitude is None or longitude is None else cell_of(latitude, longitude)


def cell_in(value: Any) -> Cell | None:
    """The cell of a kept position: all that anybody but the applicant's writers may see of it."""
    cell = value.get(CELL) if isinstance(value, dict) else None
    if not isinstance(cell, list) or len(cell) != 2 or not all(type(edge) is int for edge in cell):
        return None
    return Cell(*cell) if abs(cell[0]) <= 900 and abs(cell[1]) <= 1800 else None
