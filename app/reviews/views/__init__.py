"""Pages of reviewers and of the staff who look after reviews."""

from flask import Blueprint

bp = Blueprint("reviews", __name__)

from app.reviews.views import (  # noqa: E402 - they add their routes to bp
    asked,
    asking,
    bidding,
    conflicts,
    discussing,
    diverging,
    flagging,
    inviting,
    moving,
    numbers,
    offline,
    overseeing,
    planning,
    pool,
    reassigning,
    reviewing,
    rounds,
    scoring,
    standby,
    training,
    unblinding,
)

__all__ = [
    "asked",
    "asking",
    "bidding",
    "bp",
    "conflicts",
    "discussing",
    "diverging",
    "flagging",
    "inviting",
    "moving",
    "numbers",
    "offline",
    "overseeing",
    "planning",
    "pool",
    "reassigning",
    "reviewing",
    "rounds",
    "scoring",
    "standby",
    "training",
    "unblinding",
]
