"""Linking mine sites to a project: one of the registry, or a new one."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.core.errors import Invalid, NotFound
from app.mines import queries as mines
from app.mines.forms import SiteForm
from app.mines.models import MineSite
from app.mines.present import country_name
from app.projects import queries, services
from app.projects.forms import LinkSiteForm
from app.projects.models import Project
from app.projects.present import shared
from app.projects.present.linking import named_site, named_sites, reference_of
from app.projects.views import bp
from app.web.permissions import authorised, current_actor, requires
from app.web.rendering import render


def _form(project_id: UUID) -> LinkSiteForm:
    free = queries.sites_to_link(project_id)
    return LinkSiteForm([(str(s.id), f"{s.name}, {country_name(s.country)} ({s.reference})") for s in free])


@bp.get("/<uuid:project_id>/sites")
@requires("project.link_site")
def link_form(project_id: UUID) -> str:
    """Choose a site of the registry, or register a new one."""
    project = authorised(queries.get_project(project_id))
    form = _form(project_id)
    chosen = mines.sites_by_reference([reference_of(project, _named())])
    form.site.data = next((str(site.id) for site in chosen.values()), None)
    return _link_page(project, form)


def _named() -> int:
    """Which site of the proposal was chosen on the page before."""
    return request.args.get("named", -1, type=int)


@bp.post("/<uuid:project_id>/sites")
@requires("project.link_site")
def link_site(project_id: UUID) -> Response | tuple[str, int]:
    """Link a site of the registry."""
    project = authorised(queries.get_project(project_id))
    form = _form(project_id)
    if not form.validate():
        return _link_page(project, form), 422
    site = mines.get_site(UUID(form.site.data))
    if site is None:
        raise NotFound()
    services.link_site(project=project, site=site, baseline_step=form.baseline_step.data or None, actor=current_actor())
    return _linked(project, site)


@bp.get("/<uuid:project_id>/sites/new")
@requires("project.link_site")
def new_site_form(project_id: UUID) -> str:
    """The form of a site that the registry does not have."""
    project = authorised(queries.get_project(project_id))
    said = named_site(project, _named())
    known = {"name": said.get("name"), "admin1": said.get("region"), "country": said.get("country")}
    return _new_page(project, SiteForm(None, data=known))


@bp.post("/<uuid:project_id>/sites/new")
@requires("project.link_site")
def register_site(project_id: UUID) -> Response | tuple[str, int]:
    """Register a site and link it."""
    project = authorised(queries.get_project(project_id))
    form = SiteForm()
    if form.validate():
        try:
            site = services.register_and_link(project=project, facts=form.facts(), actor=current_actor())
        except Invalid as error:
            form.add_error(error)
        else:
            return _linked(project, site)
    return _new_page(project, form), 422


def _linked(project: Project, site: MineSite) -> Response:
    flash(gettext("%(name)s is linked to the project.", name=site.name), "success")
    return redirect(url_for("projects.show", project_id=project.id, _anchor="sites"), code=303)


def _link_page(project: Project, form: LinkSiteForm) -> str:
    return render(
        "projects/link_site.html",
        project=shared.crumb(project),
        project_id=project.id,
        form=form,
        named=named_sites(project),
    )


def _new_page(project: Project, form: SiteForm) -> str:
    return render("projects/new_site.html", project=shared.crumb(project), project_id=project.id, form=form)
