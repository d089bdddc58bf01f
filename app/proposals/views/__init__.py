"""Pages of proposals: applying, following, screening."""

from flask import Blueprint

bp = Blueprint("proposals", __name__)

from app.proposals.views import advising, applying, following, moving, screening, submitting, writing  # noqa: E402

__all__ = ["advising", "applying", "bp", "following", "moving", "screening", "submitting", "writing"]
