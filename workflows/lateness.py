"""How late something came, as a text that can be translated with the refusal it stands in."""

from __future__ import annotations

from datetime import datetime

from workflows.machine import N_, Refusal

UNITS = (
    (86400, N_("1 day"), N_("%(count)s days")),
    (3600, N_("1 hour"), N_("%(count)s hours")),
    (60, N_("1 minute"), N_("%(count)s minutes")),
    (1, N_("1 second"), N_("%(count)s seconds")),
)


def seconds_late(now: datetime, closes_at: datetime) -> int:
    """Whole seconds past the closing time, never rounding down to nothing."""
    return max(1, int((now - closes_at).total_seconds()))


def lateness(seconds: int) -> Refusal:
    """How late, in the largest fitting unit."""
    size, one, many = next(unit for unit in UNITS if seconds >= unit[0])
    count = seconds // size
    return Refusal(one) if count == 1 else Refusal(many, {"count": count})


def late_by(now: datetime, closes_at: datetime) -> Refusal:
    """How late at an instant."""
    return lateness(seconds_late(now, closes_at))
