"""The page of a project."""

from __future__ import annotations

from uuid import UUID

from app.projects import queries
from app.projects.models import Agreement
from app.projects.present.project import ProjectRows, project_page
from app.projects.views import bp
from app.web.permissions import authorised, current_actor, relations_to, requires
from app.web.rendering import render


def _rows(agreement: Agreement) -> ProjectRows:
    project_id = agreement.project_id
    return ProjectRows(
        agreement=agreement,
        milestones=queries.milestone_rows(project_id),
        payee=queries.payee_of(project_id),
        ledger=queries.ledger_of(project_id),
        totals=queries.money_of([agreement.project])[project_id],
        reports=queries.reports_of(project_id),
        sites=queries.sites_of(project_id),
    )


@bp.get("/<uuid:project_id>")
@requires("project.view")
def show(project_id: UUID) -> str:
    """Everything about one project, for either side."""
    agreement = authorised(queries.agreement_of(project_id))
    rows = _rows(agreement)
    parts = [row.milestone.id for row in rows.milestones]
    parts += [row.payment.id for row in rows.milestones if row.payment] + [report.id for report in rows.reports]
    entries = queries.timeline_of([project_id, agreement.id, *parts])
    page = project_page(rows, entries, relations_to(agreement), current_actor())
    return render("projects/show.html", page=page)
