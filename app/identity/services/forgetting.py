"""What is no longer needed is deleted: old sessions, dead links, counters of windows that ended."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, or_

from app.core import clock
from app.core.db import affected
from app.identity.models import AttemptCount, LoginSession, OneTimeToken

# Long enough to look into yesterday's trouble; the audit trail keeps what must be kept.
KEPT = timedelta(days=30)


def forget_expired() -> int:
    """Delete what ended more than a month ago, and counters a day after their window; returns how many rows."""
    now = clock.unshifted()
    ended = now - KEPT
    sessions = delete(LoginSession).where(or_(LoginSession.expires_at < ended, LoginSession.revoked_at < ended))
    links = delete(OneTimeToken).where(or_(OneTimeToken.expires_at < ended, OneTimeToken.used_at < ended))
    counters = delete(AttemptCount).where(AttemptCount.window_ends_at < now - timedelta(days=1))
    return sum(affected(statement) for statement in (sessions, links, counters))
