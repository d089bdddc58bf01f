"""What a new call may begin with: standard forms and a standard rubric, in every language. Pure but for reading its files."""

from __future__ import annotations

import copy
from functools import lru_cache
from pathlib import Path
from typing import Any

from app.calls.document import read_yaml
from workflows.machine import N_

FOLDER = Path(__file__).parent
FORMS = {
    "full_proposal": N_("Standard form: full proposal"),
    "quick_scan": N_("Standard form: quick scan"),
}
EMPTY_FORM: dict[str, Any] = {
    "sections": [
        {
            "id": "project",
            "title": {"en": "The project", "fr": "Le projet", "es": "El proyecto"},
            "questions": [
                {
                    "id": "title",
                    "kind": "short_text",
                    "label": {"en": "Title", "fr": "Titre", "es": "Título"},
                    "limit": 120,
                }
            ],
        }
    ]
}


@lru_cache
def _read(name: str) -> dict[str, Any]:
    return read_yaml((FOLDER / f"{name}.yaml").read_bytes())


def form(name: str) -> dict[str, Any]:
    """A standard form; ``empty`` is one section with one question, to be built on in the form builder."""
    return copy.deepcopy(EMPTY_FORM if name == "empty" else _read(name))


def rubric() -> dict[str, Any]:
    """The standard rubric: 100 points in four sections."""
    return copy.deepcopy(_read("rubric"))
