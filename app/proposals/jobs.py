"""What the clockwork asks of proposals."""

from __future__ import annotations

from app.proposals import services


def sweep_uploads() -> None:
    """Clear away uploads that nobody goes on with."""
    services.sweep_uploads()


def count_drafts() -> None:
    """Count the drafts of every open stage."""
    services.count_all_drafts()


def forget_patches() -> None:
    """Forget how far pages had got that have been silent for long."""
    services.forget_patches()


def tell_of_comments() -> None:
    """Write about comments on questions that waited a while."""
    services.tell_of_comments()
