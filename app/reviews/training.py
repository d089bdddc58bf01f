"""How near the scores of a training case come to the known ones. Pure."""

from __future__ import annotations

from collections.abc import Mapping


def within(scores: Mapping[str, int], expected: Mapping[str, int], tolerance: int) -> int:
    """How many criteria were scored at most ``tolerance`` steps away from the known score; unscored ones are not."""
    return sum(code in scores and abs(scores[code] - known) <= tolerance for code, known in expected.items())
