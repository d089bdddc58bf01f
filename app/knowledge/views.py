"""The published history: real projects of earlier calls, each with its source; open to everybody."""

from __future__ import annotations

from flask import Blueprint, request

from app.core.errors import NotFound
from app.knowledge import present, queries
from app.web.pagination import paginate
from app.web.permissions import public_page
from app.web.rendering import render

bp = Blueprint("knowledge", __name__)


@bp.get("/")
@public_page
def index() -> str:
    """All published projects, or those of one mineral."""
    known = queries.minerals_in_use()
    mineral = request.args.get("mineral", "")
    page = paginate(queries.projects_query(mineral if mineral in known else ""))
    return render(
        "knowledge/index.html",
        projects=tuple(present.project_view(project) for project in page.rows),
        page=present.page_line(page),
        minerals=present.mineral_choices(known),
        mineral=mineral if mineral in known else "",
    )


@bp.get("/<slug>")
@public_page
def show(slug: str) -> str:
    """One published project."""
    project = queries.project_by_slug(slug)
    if project is None:
        raise NotFound()
    return render("knowledge/show.html", project=present.project_view(project))
