"""From an announced award to a project."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.core import clock
from app.core.errors import Invalid
from app.decisions.models import Decision
from app.projects import queries, schedule, services
from app.projects.forms import PrepareForm
from app.projects.present import lists
from app.projects.views import bp
from app.web.filters import translate
from app.web.permissions import authorised, current_actor, requires
from app.web.rendering import render

SPARE_ROWS = 3
USUAL_MONTHS = 24


@bp.get("/awarded")
@requires("project.prepare_list")
def awarded() -> str:
    """Awards that have no project yet."""
    desk = authorised(queries.desk_of(current_actor()))
    rows = tuple(lists.award_row(decision) for decision in queries.awards_without_project(desk))
    return render("projects/awarded.html", rows=rows)


@bp.get("/awarded/<uuid:decision_id>")
@requires("project.prepare")
def prepare(decision_id: UUID) -> str:
    """The plan as the call lays it down, ready to be changed."""
    decision = authorised(queries.get_award(decision_id))
    starts_on = schedule.add_months(clock.now().date().replace(day=1), 2)
    return _page(decision, _planned(decision, PrepareForm(None, starts_on=starts_on, months=USUAL_MONTHS)))


@bp.post("/awarded/<uuid:decision_id>")
@requires("project.prepare")
def create(decision_id: UUID) -> Response | str | tuple[str, int]:
    """Set the project up, or work the dates out again."""
    decision = authorised(queries.get_award(decision_id))
    form = PrepareForm()
    if "replan" in request.form and form.starts_on.data and form.months.data in range(1, 121):
        return _page(decision, _planned(decision, form))
    if form.validate():
        try:
            project = services.create_project(
                decision=decision,
                starts_on=form.starts_on.data,
                ends_on=schedule.last_day(form.starts_on.data, form.months.data),
                milestones=form.rows(),
                terms=form.terms.data,
                actor=current_actor(),
            )
        except Invalid as error:
            form.add_error(error)
        else:
            flash(gettext("The project is set up. Look at the agreement, then send it for signature."), "success")
            return redirect(url_for("projects.show", project_id=project.id), code=303)
    return _page(decision, form), 422


def _planned(decision: Decision, form: PrepareForm) -> PrepareForm:
    """Fill the plan from the call's tranches, the terms from the decision's conditions, and leave some lines free."""
    tranches = decision.proposal.call.process.get("tranches", ())
    rows = schedule.plan(tranches, form.starts_on.data, form.months.data)
    lines = [
        {"title": translate(row.title), "kind": row.kind, "due_on": row.due_on, "percent": row.percent} for row in rows
    ]
    return PrepareForm(
        None,
        starts_on=form.starts_on.data,
        months=form.months.data,
        terms=form.terms.data or decision.conditions,
        milestones=[*lines, *({} for _ in range(SPARE_ROWS))],
    )


def _page(decision: Decision, form: PrepareForm) -> str:
    return render("projects/prepare.html", award=lists.award_row(decision), form=form)
