"""What the clock, and the web server's pulse, do with calls."""

from app.calls import services


def beat() -> None:
    """Note that the web server answers."""
    services.beat()


def open_due_calls() -> None:
    """Open calls whose opening time has come."""
    services.open_due_calls()


def close_due_calls() -> None:
    """Close calls whose closing time has passed."""
    services.close_due_calls()
