"""What the clockwork asks of proposals."""

from __future__ import annotations

from app.proposals import services


def sweep_uploads() -> None:
    """Clear away uploads that nobody goes on with."""
    services.sweep_uploads()
