"""What the clock does with accounts."""

from app.identity.services import expiry


def forget_expired() -> None:
    """Delete sessions, links and counted attempts that have run out."""
    expiry.forget_expired()
