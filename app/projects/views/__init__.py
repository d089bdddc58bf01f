"""Pages of projects: the project, its milestones, payments, account, reports and mine sites."""

from flask import Blueprint

bp = Blueprint("projects", __name__)

from app.projects.views import agreements, linking, lists, milestones, payees, payments, preparing, reports, sites, work  # noqa: E402, F401 - they add their routes to bp
