"""The page of a report and its moves."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from flask import flash, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.projects import queries, services
from app.projects.forms import NarrativeForm
from app.projects.models import Report
from app.projects.present.records import report_page
from app.projects.views import bp
from app.projects.views.moves import carry_out
from app.web.permissions import authorised, current_actor, relations_to, requires
from app.web.rendering import render


def _page(report: Report, form: NarrativeForm | None = None) -> str:
    entries = queries.timeline_of([report.id])
    return render(
        "projects/report.html",
        page=report_page(report, entries, relations_to(report, "report.view"), current_actor()),
        report_id=report.id,
        form=form or NarrativeForm(None, narrative=report.narrative, version=report.version),
    )


@bp.get("/reports/<uuid:report_id>")
@requires("report.view")
def report(report_id: UUID) -> str:
    return _page(authorised(queries.get_report(report_id)))


@bp.post("/reports/<uuid:report_id>/narrative")
@requires("report.write")
def save_narrative(report_id: UUID) -> Response | tuple[str, int]:
    """Save what the grantee writes."""
    report = authorised(queries.get_report(report_id))
    form = NarrativeForm()
    save = partial(
        services.save_narrative, report=report, actor=current_actor(), expected_version=form.expected_version
    )
    if not form.took(lambda: save(narrative=form.narrative.data or "")):
        return _page(report, form), 422
    flash(gettext("Your text is saved."), "success")
    return redirect(url_for("projects.report", report_id=report.id, _anchor="narrative"), code=303)


@bp.post("/reports/<uuid:report_id>/moves/<move>")
@requires("report.move")
def move_report(report_id: UUID, move: str) -> Response:
    report = authorised(queries.get_report(report_id))
    return carry_out("report", report, move, url_for("projects.report", report_id=report.id))
