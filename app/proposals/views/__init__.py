"""Pages of proposals: applying, following, screening."""

from flask import Blueprint

bp = Blueprint("proposals", __name__)

from app.proposals.views import (  # noqa: E402
    advising,
    applying,
    attaching,
    conflicts,
    copying,
    deciding,
    extending,
    following,
    form_changes,
    leading,
    moving,
    offline,
    printing,
    radar,
    screening,
    standards,
    submitting,
    talking,
    team,
    uploads,
    writing,
)

__all__ = [
    "advising",
    "applying",
    "attaching",
    "bp",
    "conflicts",
    "copying",
    "deciding",
    "extending",
    "following",
    "form_changes",
    "leading",
    "moving",
    "offline",
    "printing",
    "radar",
    "screening",
    "standards",
    "submitting",
    "talking",
    "team",
    "uploads",
    "writing",
]
