"""Pages of the committee, of those who decide, and of those who learn the result."""

from flask import Blueprint

bp = Blueprint("decisions", __name__)

from app.decisions.views import announcing, deciding, proposing, ranking  # noqa: E402, F401 - they add routes to bp
