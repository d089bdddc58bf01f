"""Moving a call in time, and the one fingerprint of a document."""

from __future__ import annotations

import copy
import hashlib
import json
from datetime import date, datetime, timedelta
from typing import Any

WALL = "%Y-%m-%d %H:%M"


def canonical_sha256(document: dict[str, Any]) -> str:
    """SHA-256 of the document's canonical JSON, so that equal content has an equal hash."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def move_dates(document: dict[str, Any], opens_on: date) -> dict[str, Any]:
    """A copy of the document in which the first stage opens on this day and all other dates moved with it."""
    stages = [s for s in document.get("stages", []) if isinstance(s, dict)]
    first = min(datetime.strptime(s["opens"], WALL) for s in stages).date()  # noqa: DTZ007
    moved, days = copy.deepcopy(document), timedelta(days=(opens_on - first).days)
    places = [(stage, name) for stage in moved["stages"] for name in ("opens", "closes")]
    places += [(stage, "answer_by") for stage in moved["stages"] if isinstance(stage.get("answer_by"), str)]
    process = moved.get("process")
    if isinstance(process, dict) and isinstance(process.get("questions_until"), str):
        places.append((process, "questions_until"))
    for place, name in places:
        place[name] = (datetime.strptime(place[name], WALL) + days).strftime(WALL)  # noqa: DTZ007
    return moved
