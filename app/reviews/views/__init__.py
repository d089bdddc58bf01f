"""Pages of reviewers and of the staff who look after reviews."""

from flask import Blueprint

bp = Blueprint("reviews", __name__)

from app.reviews.views import inviting, moving, overseeing, reassigning, reviewing, scoring  # noqa: E402, F401 - they add routes to bp
