"""Logframe tables: outcomes and the outputs under them, each with indicator, baseline, target and means of verification."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from app.calls.form_schema.types import Question, Texts
from workflows.machine import N_

# ``1`` is an outcome, ``1.2`` an output under it; the same number again is a further indicator of the same statement.
NUMBER = re.compile(r"([1-9]\d?)(?:\.([1-9]\d?))?", re.ASCII)
LABELS: Mapping[str, Texts] = {
    "number": {"en": "Number", "fr": "Numéro", "es": "Número"},
    "statement": {
        "en": "Outcome or output",
        "fr": "Effet ou produit",
        "es": "Efecto o producto",
    },
    "indicator": {"en": "Indicator", "fr": "Indicateur", "es": "Indicador"},
    "baseline": {
        "en": "Baseline",
        "fr": "Situation de départ",
        "es": "Línea de base",
    },
    "target": {"en": "Target", "fr": "Cible", "es": "Meta"},
    "means": {
        "en": "Means of verification",
        "fr": "Moyens de vérification",
        "es": "Medios de verificación",
    },
}
NUMBER_HELP: Texts = {
    "en": "1, 2, 3 for outcomes; 1.1, 1.2 for the outputs under outcome 1. Repeat a number to add an indicator.",
    "fr": "1, 2, 3 pour les effets ; 1.1, 1.2 pour les produits de l’effet 1. Répétez un numéro pour ajouter un indicateur.",
    "es": "1, 2, 3 para los efectos; 1.1, 1.2 para los productos del efecto 1. Repita un número para añadir un indicador.",
}
LIMITS = {"number": 5, "statement": 500, "indicator": 300, "baseline": 200, "target": 200, "means": 300}
OUTCOME: Texts = {"en": "Outcome", "fr": "Effet", "es": "Efecto"}
OUTPUT: Texts = {"en": "Output", "fr": "Produit", "es": "Producto"}


def columns() -> tuple[Question, ...]:
    """The columns that every logframe has."""
    return tuple(
        Question(
            ident,
            "long_text" if ident == "statement" else "short_text",
            label,
            help=NUMBER_HELP if ident == "number" else {},
            required=ident != "statement",
            limit=LIMITS[ident],
        )
        for ident, label in LABELS.items()
    )


def place(number: Any) -> tuple[int, int] | None:
    """Outcome and output that a number names, the output 0 for an outcome itself; nothing when it is no such number."""
    found = NUMBER.fullmatch(number) if isinstance(number, str) else None
    return (int(found[1]), int(found[2] or 0)) if found else None


def level(number: Any) -> Texts:
    """``Outcome`` or ``Output``, nothing for a number that cannot be read."""
    where = place(number)
    return {} if where is None else OUTPUT if where[1] else OUTCOME


def flaws(rows: Sequence[tuple[str, Mapping[str, Any]]]) -> Iterator[tuple[str, str, str, dict[str, object]]]:
    """What is wrong with the order of things: key of the row, column, sentence, params."""
    places = {key: place(row.get("number")) for key, row in rows}
    stated = {places[key] for key, row in rows if row.get("statement")}
    seen: set[tuple[int, int]] = set()
    for key, row in rows:
        where = places[key]
        if where is None:
            if row.get("number"):
                yield key, "number", N_("Write a number like 1 for an outcome, or 1.2 for an output under it."), {}
            continue
        if where[1] and (where[0], 0) not in places.values():
            yield key, "number", N_("There is no outcome %(number)s above this output."), {"number": where[0]}
        if where not in stated and where not in seen:
            yield key, "statement", N_("Write the outcome or output."), {}
        seen.add(where)


def in_order(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Outcomes by number, each followed by its outputs; what has no number comes last."""
    return sorted(rows, key=lambda row: place(row.get("number")) or (1000, 0))
