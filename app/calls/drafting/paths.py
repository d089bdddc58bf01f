"""Places in a document: ``stages[0].rubric.scale[1].label.fr``. Pure."""

from __future__ import annotations

import re
from typing import Any

STEP = re.compile(r"([a-z_]+)|\[(\d{1,4})\]")
Step = str | int


def steps_of(path: str) -> tuple[Step, ...]:
    """The names and numbers of a path, in order."""
    return tuple(int(number) if number else name for name, number in STEP.findall(path))


def get(document: Any, path: str) -> Any:
    """What stands at the path, or nothing."""
    here = document
    for step in steps_of(path):
        if isinstance(step, str):
            here = here.get(step) if isinstance(here, dict) else None
        else:
            here = here[step] if isinstance(here, list) and step < len(here) else None
    return here


def put(document: dict[str, Any], path: str, value: Any) -> None:
    """Write a value at the path; ``None`` takes the name away. A row that is not there is left alone."""
    *way, last = steps_of(path)
    here: Any = document
    for step, following in zip(way, [*way[1:], last], strict=False):
        if isinstance(step, int):
            if not isinstance(here, list) or step >= len(here):
                return
        elif not isinstance(here.get(step), list if isinstance(following, int) else dict):
            if value is None:
                return
            here[step] = [] if isinstance(following, int) else {}
        here = here[step]
        if isinstance(following, str) and not isinstance(here, dict):
            return
    _set(here, last, value)


def _set(here: Any, last: Step, value: Any) -> None:
    if isinstance(last, int):
        if isinstance(here, list) and last < len(here):
            here[last] = {} if value is None else value
    elif value is None:
        here.pop(last, None)
    else:
        here[last] = value


def pruned(value: Any) -> Any:
    """Without names that say nothing; the rows of a list stay, also the empty ones."""
    if isinstance(value, list):
        return [pruned(entry) for entry in value]
    if not isinstance(value, dict):
        return value
    found = {name: pruned(entry) for name, entry in value.items()}
    return {name: entry for name, entry in found.items() if entry not in (None, "", [], {})}


def within(path: str, place: str) -> bool:
    """Whether the path is the place or lies in it."""
    return path == place or path.startswith((place + ".", place + "["))
