"""Whether a document is valid on a day, and how long it stays so. Pure."""

from __future__ import annotations

from datetime import date, timedelta

SOON = timedelta(days=60)
EXPIRED, EXPIRING, FUTURE, VALID = "expired", "expiring", "future", "valid"


def standing(valid_from: date | None, valid_until: date | None, today: date) -> str:
    """How a document stands on a day; both its first and its last day count."""
    if valid_until is not None and today > valid_until:
        return EXPIRED
    if valid_from is not None and today < valid_from:
        return FUTURE
    return EXPIRING if valid_until is not None and valid_until - today <= SOON else VALID
