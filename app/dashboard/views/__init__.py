"""The start page, and the search over the proposals of one's programmes."""

from flask import Blueprint

bp = Blueprint("dashboard", __name__)

from app.dashboard.views import acting, keeping, searching, work  # noqa: E402, F401 - they add routes to bp
