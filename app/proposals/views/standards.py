"""One standard question across the calls of one's programmes."""

from __future__ import annotations

import uuid

from flask import Response

from app.calls import queries as call_queries
from app.calls.models import StandardQuestion
from app.identity import queries as identity_queries
from app.proposals.present.standards import report_page, report_table
from app.proposals.services.standards import Report
from app.proposals.services.standards import standard_report as make_report
from app.proposals.views import bp
from app.web.downloads import csv_download
from app.web.permissions import authorised, current_actor, requires
from app.web.rendering import render
from workflows.actors import AUDITOR, MANAGER, OFFICER


@bp.get("/standards/<code>")
@requires("standard.report")
def standard_report(code: str) -> str:
    """Counts, sums and shares by call and stage."""
    standard = authorised(call_queries.standard_by_code(code))
    return render("proposals/standard.html", page=report_page(standard, _report(standard)))


@bp.get("/standards/<code>/answers.csv")
@requires("standard.report")
def standard_report_csv(code: str) -> Response:
    """The same as a table."""
    standard = authorised(call_queries.standard_by_code(code))
    return csv_download(f"{standard.code}.csv", *report_table(standard, _report(standard)))


def _report(standard: StandardQuestion) -> Report:
    person_id = current_actor().person_id or uuid.UUID(int=0)
    programmes = identity_queries.programmes_with_role(person_id, MANAGER, OFFICER, AUDITOR)
    return make_report(standard=standard, programme_ids=list(programmes), person_id=person_id)
