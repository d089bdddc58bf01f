"""World files: read strictly, several taken as one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.calls import document as call_document
from app.calls.strict import Flaw, FormError
from app.developers.worlds.reading import LISTS, read_world
from app.developers.worlds.specifications import World

CALLS = Path(__file__).resolve().parent.parent / "calls"


def read_files(paths: Sequence[Path]) -> World:
    """One world of one or several files; call files are looked for beside them and among the calls that come with Assay."""
    merged: dict[str, Any] = {}
    for path in paths:
        _merge(merged, call_document.read_yaml(path.read_bytes()), path)
    return read_world(merged, (*dict.fromkeys(path.parent for path in paths), CALLS))


def _merge(merged: dict[str, Any], document: dict[str, Any], path: Path) -> None:
    for name, value in document.items():
        if name in LISTS and isinstance(value, list):
            merged[name] = [*merged.get(name, []), *value]
        elif name == "prose" and isinstance(value, dict):
            merged[name] = {**merged.get(name, {}), **value}
        elif name in merged:
            raise FormError([Flaw(f"{path.name}: {name}", "stands in two files")])
        else:
            merged[name] = value
