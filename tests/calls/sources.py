"""The real call files, read once."""

from __future__ import annotations

import copy
from functools import lru_cache
from pathlib import Path
from typing import Any

from app.calls import document
from app.calls.document import CallDocument
from tests.architecture.sources import ROOT

FOLDER = ROOT / "app" / "developers" / "calls"
FILES = ("eprm-2020.yaml", "eprm-2023.yaml")


@lru_cache
def _read(name: str) -> dict[str, Any]:
    return document.read_yaml(Path(FOLDER / name).read_bytes())


def call_file(name: str = "eprm-2020.yaml") -> dict[str, Any]:
    """The document of a call file, a copy of its own."""
    return copy.deepcopy(_read(name))


@lru_cache
def parsed(name: str = "eprm-2020.yaml") -> CallDocument:
    """A call file, checked."""
    return document.parse(call_file(name))
