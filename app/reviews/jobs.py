"""What the clockwork and the workers do with reviews."""

from __future__ import annotations

import uuid

from app.reviews import services


def follow_due_rounds() -> int:
    """Move the rounds whose dates have come, so that who waits for it is told."""
    return services.follow_due_rounds()


def compute_due_plans() -> None:
    """Have plans computed that wait for it."""
    services.compute_due_plans()


def compute_plan(ident: str) -> None:
    """Compute one plan."""
    services.compute_plan(uuid.UUID(ident))
