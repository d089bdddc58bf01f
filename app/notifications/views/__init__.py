"""Pages of notices, and of what the staff has mailed."""

from flask import Blueprint

bp = Blueprint("notifications", __name__)

from app.notifications.views import notices, nudging  # noqa: E402, F401 - they add routes to bp
