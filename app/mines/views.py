"""The registry: the list of sites and the registration of one. The page of a site is ``projects.site``."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.core.errors import Invalid
from app.mines import present, queries, services
from app.mines.forms import SiteForm
from app.mines.policy import REGISTRY
from app.web.pagination import paginate
from app.web.permissions import authorised, can, current_actor, requires
from app.web.rendering import render

bp = Blueprint("mines", __name__)


@bp.get("/")
@requires("mine_site.list")
def sites() -> str:
    """All sites, narrowed by country, mineral, step and words."""
    authorised(REGISTRY)
    wanted = queries.SiteFilter(
        request.args.get("country", ""),
        request.args.get("mineral", ""),
        request.args.get("step", ""),
        request.args.get("q", "").strip()[:80],
    )
    page = paginate(queries.sites_query(wanted))
    assessed = queries.last_assessed([site.id for site in page.rows])
    return render(
        "mines/list.html",
        rows=tuple(present.site_view(site, assessed) for site in page.rows),
        page=present.page_view(page),
        filters=present.filters_view(wanted, queries.countries_in_use()),
        may_register=bool(can("mine_site.register", REGISTRY)),
    )


@bp.get("/new")
@requires("mine_site.register")
def new_site() -> str:
    """The empty form."""
    authorised(REGISTRY)
    return render("mines/new.html", form=SiteForm())


@bp.post("/new")
@requires("mine_site.register")
def register() -> Response | tuple[str, int]:
    """Register a site for the programme."""
    authorised(REGISTRY)
    form = SiteForm()
    if form.validate():
        try:
            site = services.register_site(**form.facts(), actor=current_actor())
        except Invalid as error:
            form.add_error(error)
        else:
            flash(gettext("%(reference)s is registered.", reference=site.reference), "success")
            return redirect(url_for("projects.site", site_id=site.id), code=303)
    return render("mines/new.html", form=form), 422
