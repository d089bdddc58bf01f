"""Pages of calls: for everybody, and for the staff of the programme."""

from flask import Blueprint

bp = Blueprint("calls", __name__)

from app.calls.views import building, copying, importing, managing, public  # noqa: E402 - they add their routes to bp

__all__ = ["bp", "building", "copying", "importing", "managing", "public"]
