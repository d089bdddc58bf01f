"""Pages of reviewers and of the staff who look after reviews."""

from flask import Blueprint

bp = Blueprint("reviews", __name__)

from app.reviews.views import (  # noqa: E402 - they add their routes to bp
    conflicts,
    discussing,
    flagging,
    inviting,
    moving,
    numbers,
    overseeing,
    reassigning,
    reviewing,
    rounds,
    scoring,
    unblinding,
)

__all__ = [
    "bp",
    "conflicts",
    "discussing",
    "flagging",
    "inviting",
    "moving",
    "numbers",
    "overseeing",
    "reassigning",
    "reviewing",
    "rounds",
    "scoring",
    "unblinding",
]
