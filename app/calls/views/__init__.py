"""Pages of calls: for everybody, and for the staff of the programme."""

from flask import Blueprint

bp = Blueprint("calls", __name__)

from app.calls.views import (  # noqa: E402 - they add their routes to bp
    building,
    copying,
    editing,
    extending,
    importing,
    managing,
    parts,
    public,
    questions,
    stage_forms,
)

__all__ = [
    "bp",
    "building",
    "copying",
    "editing",
    "extending",
    "importing",
    "managing",
    "parts",
    "public",
    "questions",
    "stage_forms",
]
