"""Periodic work of identity."""

from __future__ import annotations

from app.identity import services


def forget_expired() -> int:
    """Delete old sessions, dead links and counters that ended."""
    return services.forget_expired()
