"""Mine sites: the page of one with its ladder and projects, findings, the exact position, and links to projects."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.core import clock
from app.core.errors import Invalid
from app.mines import queries as mines
from app.mines import services as mine_services
from app.mines.forms import SiteFactsForm
from app.projects import queries, services
from app.projects.forms import AssessmentForm
from app.projects.present.sites import SiteRights, position_page, site_page
from app.projects.queries import ExactPosition, SiteAtWork
from app.projects.views import bp
from app.web.downloads import attachment
from app.web.permissions import authorised, can, confirmed_recently, current_actor, requires
from app.web.rendering import render


def _rights(at_work: SiteAtWork) -> SiteRights:
    return SiteRights(
        see_notes=bool(can("mine_site.view_findings", at_work)),
        assess=bool(can("mine_site.assess", at_work)),
        change=bool(can("mine_site.change", at_work)),
        read_position=bool(can("mine_position.read", ExactPosition(at_work))),
        open_projects=frozenset(link.project_id for link in at_work.links if can("project.view", link.project)),
    )


@bp.get("/sites/<uuid:site_id>")
@requires("mine_site.view")
def site(site_id: UUID) -> str:
    """What is known of a site, place only as a cell."""
    at_work = authorised(queries.site_at_work(site_id))
    return render("projects/site.html", page=site_page(at_work, mines.history_of(site_id), _rights(at_work)))


@bp.get("/sites/<uuid:site_id>/position")
@confirmed_recently()
@requires("mine_position.read", logged_read=True)
def site_position(site_id: UUID) -> str:
    """The exact position. Opening this page is recorded, or it does not open."""
    at_work, actor = authorised(queries.exact_position(site_id)).at_work, current_actor()
    position = mine_services.read_position(site=at_work.site, actor=actor)
    return render("projects/position.html", page=position_page(at_work, position, actor.name))


@bp.get("/sites/<uuid:site_id>/assessments")
@requires("mine_site.assess")
def assess_form(site_id: UUID) -> str:
    """The empty form of a finding."""
    at_work = authorised(queries.site_at_work(site_id))
    sources = services.sources_for(at_work, current_actor())
    form = AssessmentForm(sources, formdata=None, assessed_on=clock.now().date(), step=at_work.site.maturity_step)
    return _assess_page(at_work, form)


@bp.post("/sites/<uuid:site_id>/assessments")
@requires("mine_site.assess")
def assess(site_id: UUID) -> Response | tuple[str, int]:
    """Add a finding to the history."""
    at_work, actor = authorised(queries.site_at_work(site_id)), current_actor()
    form = AssessmentForm(services.sources_for(at_work, actor))
    if form.validate():
        found = {name: form[name].data for name in ("step", "assessed_on", "source", "note")}
        upload = form.evidence.data
        evidence = (upload.stream, upload.filename) if upload else None
        try:
            services.assess_site(at_work=at_work, **found, evidence=evidence, actor=actor)
        except Invalid as error:
            form.add_error(error)
        else:
            flash(gettext("The assessment is recorded."), "success")
            return redirect(url_for("projects.site", site_id=site_id), code=303)
    return _assess_page(at_work, form), 422


def _assess_page(at_work: SiteAtWork, form: AssessmentForm) -> str:
    return render(
        "projects/assess.html", form=form, page=site_page(at_work, (), _rights(at_work)), site_id=at_work.site.id
    )


@bp.get("/assessments/<uuid:assessment_id>/evidence")
@requires("mine_site.view_findings")
def site_evidence(assessment_id: UUID) -> Response:
    """The file behind a finding, for those at work on the site: it may show where it is."""
    found = mines.get_assessment(assessment_id)
    evidence = found.evidence_file if found else None
    authorised(queries.site_at_work(found.mine_site_id) if found and evidence else None)
    assert evidence is not None
    return attachment(evidence)


@bp.get("/sites/<uuid:site_id>/facts")
@requires("mine_site.change")
def site_form(site_id: UUID) -> str:
    """The facts that may change."""
    at_work = authorised(queries.site_at_work(site_id))
    return _facts_page(at_work, SiteFactsForm(None, obj=at_work.site))


@bp.post("/sites/<uuid:site_id>/facts")
@requires("mine_site.change")
def update_site(site_id: UUID) -> Response | tuple[str, int]:
    """Change the facts; the step changes only by an assessment."""
    at_work = authorised(queries.site_at_work(site_id))
    form = SiteFactsForm()
    if form.validate():
        try:
            mine_services.update_site(
                site=at_work.site, **form.facts(), actor=current_actor(), expected_version=form.expected_version
            )
        except Invalid as error:
            form.add_error(error)
        else:
            flash(gettext("The facts of the site are saved."), "success")
            return redirect(url_for("projects.site", site_id=site_id), code=303)
    return _facts_page(at_work, form), 422


def _facts_page(at_work: SiteAtWork, form: SiteFactsForm) -> str:
    return render(
        "projects/site_facts.html", form=form, page=site_page(at_work, (), _rights(at_work)), site_id=at_work.site.id
    )
