"""Which saves of an answer belong to one change, and how much of a text a save takes away. Pure."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

ONE_GO = timedelta(minutes=10)
MUCH = (
    80  # characters; whoever takes more away than this at once begins a change of its own, so that it can be restored
)


def goes_on(began: datetime, now: datetime, said: Any, says: Any) -> bool:
    """Whether a save continues the change that began then: soon after it, and without taking much away."""
    return timedelta(0) <= now - began < ONE_GO and taken_away(said, says) <= MUCH


def taken_away(said: Any, says: Any) -> int:
    """How many characters of an answer are gone, beside what stays at its beginning and at its end."""
    old, new = _as_text(said), _as_text(says)
    shorter = min(len(old), len(new))
    start = next((i for i in range(shorter) if old[i] != new[i]), shorter)
    most = shorter - start
    end = next((i for i in range(most) if old[-1 - i] != new[-1 - i]), most)
    return len(old) - start - end


def _as_text(answer: Any) -> str:
    if answer is None:
        return ""
    return answer if isinstance(answer, str) else json.dumps(answer, sort_keys=True, ensure_ascii=False)
