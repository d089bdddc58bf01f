"""The stand-by list of a call: who is in reserve, what is late or was given back, and offering it."""

from __future__ import annotations

import uuid
from datetime import timedelta

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response
from wtforms import SelectChoice

from app.calls import queries as calls_queries
from app.calls.models import Call
from app.core import clock
from app.core.errors import Invalid, NotFound
from app.identity import queries as identity_queries
from app.reviews import queries, services
from app.reviews.forms import ReserveForm, StandbyForm
from app.reviews.models import Review
from app.reviews.present import offer_view, standby_view, suggestion
from app.reviews.views import bp
from app.web.permissions import authorised, can, current_actor, requires
from app.web.rendering import render
from workflows.machine import N_

Answer = Response | str | tuple[str, int]


@bp.get("/calls/<uuid:call_id>/standby")
@requires("review.oversee_call")
def standby(call_id: uuid.UUID) -> str:
    """What is open, with a suggestion for each, and who is in reserve."""
    return _page(authorised(calls_queries.get_call(call_id)), ReserveForm(formdata=None))


def _page(call: Call, form: ReserveForm) -> str:
    pool = services.pool_of(call)
    reserve = [p for p in pool.people if (row := pool.agreed.get(p.id)) is not None and row.standby and row.available]
    others = [person for person in pool.people if person not in reserve]
    form.reviewer.choices = [
        SelectChoice("", gettext("Choose one")),
        *(SelectChoice(str(p.id), p.name) for p in others),
    ]
    loads = queries.loads_in_call(call.id, call.programme_id, current_actor().person_id)
    view = standby_view(call, services.open_work(call, current_actor(), pool), reserve, loads)
    return render("reviews/standby.html", page=view, form=form, may_plan=bool(can("review.plan", call)))


@bp.post("/calls/<uuid:call_id>/standby")
@requires("review.plan")
def change_standby(call_id: uuid.UUID) -> Answer:
    """Put somebody on the list, or (``then=remove``) take them off."""
    call, form = authorised(calls_queries.get_call(call_id)), ReserveForm()
    form.reviewer.validate_choice = False
    standby = request.form.get("then") != "remove"

    def act() -> None:
        ident = _ident(form.reviewer.data)
        services.set_standby(call=call, person_id=ident, standby=standby, actor=current_actor())

    if not form.took(act):
        return _page(call, form), 422
    flash(gettext("The stand-by list is changed."), "success")
    return redirect(url_for("reviews.standby", call_id=call.id), code=303)


def _ident(text: str | None) -> uuid.UUID:
    try:
        return uuid.UUID(text or "")
    except ValueError as error:
        raise Invalid(N_("Choose a reviewer."), field="reviewer") from error


@bp.get("/<uuid:review_id>/offer")
@requires("review.reassign")
def offer_form(review_id: uuid.UUID) -> str:
    """Who would be asked, and what happens to the review."""
    review = authorised(queries.get_review(review_id))
    due_on = (clock.now() + timedelta(days=review.proposal.call.process["review_days"])).date()
    return _offer_page(review, StandbyForm(formdata=None, data={"due_on": due_on}))


def _offer_page(review: Review, form: StandbyForm) -> str:
    call = calls_queries.get_call(review.proposal.call_id)
    work = [w for w in services.open_work(call, current_actor()) if w.review.id == review.id] if call else []
    if not work:
        raise NotFound()
    form.reviewer.choices = [SelectChoice(str(one[0].id), suggestion(one)) for one in work[0].candidates]
    form.version.data = review.version
    return render("reviews/offer.html", work=offer_view(work[0]), form=form)


@bp.post("/<uuid:review_id>/offer")
@requires("review.reassign")
def offer(review_id: uuid.UUID) -> Answer:
    """Ask the reviewer in reserve."""
    review, form = authorised(queries.get_review(review_id)), StandbyForm()
    form.reviewer.validate_choice = False
    if not form.took(lambda: _offer(review, form)):
        return _offer_page(queries.get_review(review_id) or review, form), 422
    flash(gettext("The work is offered to the reviewer in reserve."), "success")
    return redirect(url_for("reviews.standby", call_id=review.proposal.call_id), code=303)


def _offer(review: Review, form: StandbyForm) -> None:
    person = identity_queries.get_person(_ident(form.reviewer.data))
    if person is None:
        raise Invalid(N_("Choose a reviewer."), field="reviewer")
    services.offer(
        review=review,
        to=person,
        due_at=form.due_at(review.proposal.call.zone),
        reason=form.reason.data or gettext("Late; offered to the stand-by list."),
        actor=current_actor(),
        expected_version=form.expected_version,
    )
