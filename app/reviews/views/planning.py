"""Plans of who reviews what: made, looked at, compared, applied, discarded."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from app.calls import queries as calls_queries
from app.calls.models import Call
from app.core import clock
from app.core.errors import Invalid, NotFound
from app.identity import queries as identity_queries
from app.proposals import queries as proposals_queries
from app.proposals.models import Proposal
from app.reviews import queries, services
from app.reviews.forms import DueForm, ListForm, PlanForm
from app.reviews.models import AssignmentPlan
from app.reviews.present import comparison_view, list_view, plan_view, plans_view
from app.reviews.views import bp
from app.web.permissions import authorised, can, current_actor, requires
from app.web.rendering import render
from workflows.machine import N_

Answer = Response | str | tuple[str, int]


@bp.get("/calls/<uuid:call_id>/plans")
@requires("review.oversee_call")
def plans(call_id: uuid.UUID) -> str:
    """The plans of a call."""
    call = authorised(calls_queries.get_call(call_id))
    return render(
        "reviews/plans.html",
        page=plans_view(call, queries.plans_of_call(call.id), _seen(call)),
        may_plan=bool(can("review.plan", call)),
    )


@bp.get("/calls/<uuid:call_id>/plans/new")
@requires("review.plan")
def plan_form(call_id: uuid.UUID) -> str:
    """What a new plan has to keep to."""
    call = authorised(calls_queries.get_call(call_id))
    given = {"wanted": call.process["reviews_wanted"], "seed": secrets.randbelow(10_000)}
    return _form_page(call, PlanForm(formdata=None, data=given))


def _form_page(call: Call, form: PlanForm) -> str:
    return render("reviews/plan_form.html", call=plans_view(call, []), form=form)


@bp.post("/calls/<uuid:call_id>/plans/new")
@requires("review.plan")
def make_plan(call_id: uuid.UUID) -> Answer:
    """Make the plan; nobody is invited by it."""
    call, form = authorised(calls_queries.get_call(call_id)), PlanForm()
    made: list[AssignmentPlan] = []

    def act() -> None:
        title = form.title.data or ""
        made.append(services.make_plan(call=call, settings=form.settings, title=title, actor=current_actor()))

    if not form.took(act):
        return _form_page(call, form), 422
    return redirect(url_for("reviews.plan", plan_id=made[0].id), code=303)


@bp.get("/plans/<uuid:plan_id>")
@requires("review.see_plan")
def plan(plan_id: uuid.UUID) -> str:
    """One plan: with its certificate, or line by line."""
    return _page(authorised(queries.get_plan(plan_id)))


def _page(plan: AssignmentPlan, form: DueForm | None = None) -> str:
    may_plan = bool(can("review.plan", plan.call))
    if plan.basis == "csv":
        return _lines_page(plan, may_plan)
    due_on = (clock.now() + timedelta(days=plan.call.process["review_days"])).date()
    form = form or DueForm(formdata=None, data={"due_on": due_on})
    view = plan_view(plan, _seen(plan.call), _names(_people(plan)), may_plan)
    form.version.data = plan.version
    return render("reviews/plan.html", plan=view, form=form, may_plan=may_plan)


def _lines_page(plan: AssignmentPlan, may_plan: bool) -> str:
    names = _names(line["reviewer"] for line in plan.result["lines"] if line["reviewer"])
    return render("reviews/plan_lines.html", plan=list_view(plan, _seen(plan.call), names, may_plan))


def _seen(call: Call) -> list[Proposal]:
    """The proposals of the call whose reviews this person may oversee, in any state."""
    actor = current_actor()
    own = queries.reviewed_by(actor.person_id) if actor.person_id else frozenset()
    found = proposals_queries.proposals_of_call(call.id, actor, call_is_loaded=True)
    return [p for p in found if p.id not in own]


def _people(plan: AssignmentPlan) -> list[str]:
    return [row["key"] for row in plan.result.get("certificate", {}).get("loads", ())]


def _names(keys: Iterable[str]) -> dict[uuid.UUID, str]:
    return identity_queries.names_of({uuid.UUID(key) for key in keys})


@bp.get("/calls/<uuid:call_id>/plans/compare")
@requires("review.oversee_call")
def compare_plans(call_id: uuid.UUID) -> str:
    """Two plans side by side."""
    call = authorised(calls_queries.get_call(call_id))
    pair = tuple(_plan_of(call, request.args.get(name, "")) for name in ("a", "b"))
    names = _names({key for plan in pair for key in _people(plan)})
    return render("reviews/plans_compared.html", page=comparison_view((pair[0], pair[1]), _seen(call), names))


def _plan_of(call: Call, ident: str) -> AssignmentPlan:
    try:
        found = queries.get_plan(uuid.UUID(ident))
    except ValueError:
        found = None
    if found is None or found.call_id != call.id or found.discarded_at or not found.computed_at or found.basis == "csv":
        raise NotFound()
    return found


@bp.post("/plans/<uuid:plan_id>/apply")
@requires("review.plan")
def apply_plan(plan_id: uuid.UUID) -> Answer:
    """Invite everybody whom the plan adds."""
    plan = authorised(queries.get_plan(plan_id))
    if plan.basis == "csv":
        return _apply_list(plan)
    form, invited = DueForm(), [0]

    def act() -> None:
        invited[0] = services.apply_plan(
            plan=plan, due_at=form.due_at(plan.call.zone), actor=current_actor(), expected_version=form.expected_version
        )

    if not form.took(act):
        return _page(plan, form), 422
    return _done(plan, invited[0])


def _apply_list(plan: AssignmentPlan) -> Response:
    invited, applied = services.apply_list(plan=plan, actor=current_actor())
    if applied:
        return _done(plan, invited)
    flash(
        gettext("Something changed since you looked: nobody was invited. These are the lines as they are now."),
        "warning",
    )
    return redirect(url_for("reviews.plan", plan_id=plan.id), code=303)


def _done(plan: AssignmentPlan, invited: int) -> Response:
    flash(ngettext("%(num)s reviewer is invited.", "%(num)s invitations are sent.", invited), "success")
    return redirect(url_for("reviews.of_call", call_id=plan.call_id), code=303)


@bp.post("/plans/<uuid:plan_id>/discard")
@requires("review.plan")
def discard_plan(plan_id: uuid.UUID) -> Response:
    """Put a plan away."""
    plan = authorised(queries.get_plan(plan_id))
    services.discard_plan(plan=plan, actor=current_actor())
    flash(gettext("The plan is discarded."), "success")
    return redirect(url_for("reviews.plans", call_id=plan.call_id), code=303)


@bp.get("/calls/<uuid:call_id>/plans/table")
@requires("review.plan")
def list_form(call_id: uuid.UUID) -> str:
    """Choose a table of assignments."""
    call = authorised(calls_queries.get_call(call_id))
    due_on = (clock.now() + timedelta(days=call.process["review_days"])).date()
    return _list_page(call, ListForm(formdata=None, data={"due_on": due_on}))


def _list_page(call: Call, form: ListForm) -> str:
    return render("reviews/plan_list_form.html", call=plans_view(call, []), form=form)


@bp.post("/calls/<uuid:call_id>/plans/table")
@requires("review.plan")
def read_list(call_id: uuid.UUID) -> Answer:
    """Look what each line would do; nobody is invited by it."""
    call, form = authorised(calls_queries.get_call(call_id)), ListForm()
    made: list[Any] = []

    def act() -> None:
        data = form.file.data.stream.read(services.MOST_BYTES + 1)
        title = (form.file.data.filename or "")[:120]
        due_on = form.due_on.data
        if due_on <= clock.now().date():
            raise Invalid(N_("Give a date in the future."), field="due_on")
        plan = services.make_list_plan(call=call, data=data, title=title, due_on=due_on, actor=current_actor())
        made.append(plan)

    if not form.took(act):
        return _list_page(call, form), 422
    return redirect(url_for("reviews.plan", plan_id=made[0].id), code=303)
