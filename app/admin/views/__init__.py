"""Pages of the administration: people, roles, the audit trail, delivery."""

from flask import Blueprint

bp = Blueprint("admin", __name__)

from app.admin.views import audit, deliveries, people, roles  # noqa: E402 - they add their routes to bp

__all__ = ["audit", "bp", "deliveries", "people", "roles"]
