"""Forgetting what has run out: sessions, one-time links, counted attempts. Nothing here can be used any more."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, or_

from app.core import clock
from app.core.db import affected
from app.identity.models import AttemptCount, LoginSession, OneTimeToken

KEPT = timedelta(days=30)


def forget_expired() -> int:
    """Delete sessions and links that ended over 30 days ago and attempt windows that are over; returns how many."""
    now = clock.unshifted()
    past = now - KEPT
    ended = (
        delete(LoginSession).where(or_(LoginSession.expires_at < past, LoginSession.revoked_at < past)),
        delete(OneTimeToken).where(or_(OneTimeToken.expires_at < past, OneTimeToken.used_at < past)),
        delete(AttemptCount).where(AttemptCount.window_ends_at < now),
    )
    return sum(affected(statement) for statement in ended)
