"""What the clock does with reviews."""

from app.reviews import services


def remind_due() -> None:
    """Remind reviewers of reviews that are due soon or late."""
    services.remind_due()
