"""Periodic work on reviews."""

from __future__ import annotations

from app.reviews import services


def follow_due_rounds() -> int:
    """Move the rounds whose dates have come, so that who waits for it is told."""
    return services.follow_due_rounds()
