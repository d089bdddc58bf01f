"""Pages that are open to everybody and cross domains."""

from flask import Blueprint

bp = Blueprint("public", __name__)

from app.public.views import funded, practice, site  # noqa: E402

__all__ = ["bp", "funded", "practice", "site"]
