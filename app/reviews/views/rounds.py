"""The staff's page of a call's round of reviews: its phase, its dates, and moving it by hand."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.calls import queries as calls_queries
from app.calls.models import Call, CallStage
from app.core.errors import Invalid
from app.reviews import queries, services
from app.reviews.forms import MoveForm, RoundForm
from app.reviews.present import round_view, walls_of
from app.reviews.views import bp
from app.web.permissions import authorised, can, current_actor, requires
from app.web.rendering import render
from workflows.machine import N_

Answer = Response | str | tuple[str, int]


def _stage(call: Call) -> CallStage:
    """The stage whose proposals are reviewed: the last one of the call."""
    return max(call.stages, key=lambda stage: stage.position)


@bp.get("/calls/<uuid:call_id>/round")
@requires("review.view_round")
def round_of_call(call_id: uuid.UUID) -> str:
    """The phases, what is missing, and the dates."""
    call = authorised(calls_queries.get_call(call_id))
    stage = _stage(call)
    found = queries.round_of_stage(stage.id)
    data = {**walls_of(found, stage.call.zone), "version": found.version if found else 0}
    return _page(stage, RoundForm(formdata=None, data=data))


def _page(stage: CallStage, form: RoundForm) -> str:
    actor = current_actor()
    view = round_view(
        stage,
        queries.round_of_stage(stage.id),
        _reviews(stage),
        services.offers_of(stage, actor),
        may_move=bool(can("review.move_round", stage.call)),
    )
    return render("reviews/round.html", page=view, form=form)


def _reviews(stage: CallStage) -> list[Any]:
    """Light rows of the reviews that this person oversees."""
    person_id = current_actor().person_id
    overseen = {row.id for row in queries.grid_proposals(stage.call_id, person_id)} if person_id else set()
    return [row for row in queries.grid_reviews(stage.call_id) if row.proposal_id in overseen]


@bp.post("/calls/<uuid:call_id>/round")
@requires("review.move_round")
def date_round(call_id: uuid.UUID) -> Answer:
    """Say from when each phase begins by itself."""
    call, form = authorised(calls_queries.get_call(call_id)), RoundForm()
    stage = _stage(call)
    if not form.took(
        lambda: services.set_dates(
            stage=stage, walls=form.walls(), actor=current_actor(), expected_version=form.expected_version
        )
    ):
        return _page(stage, form), 422
    flash(gettext("The dates are saved."), "success")
    return redirect(url_for("reviews.round_of_call", call_id=call_id), code=303)


@bp.post("/calls/<uuid:call_id>/round/moves/<name>")
@requires("review.move_round")
def move_round(call_id: uuid.UUID, name: str) -> Response:
    """Move the round by hand."""
    call, form = authorised(calls_queries.get_call(call_id)), MoveForm()
    stage = _stage(call)
    if not form.validate():
        raise Invalid(N_("Use at most %(most)s characters."), field="reason", most=4000)
    services.move_round(
        stage=stage,
        name=name,
        reason=form.reason.data or "",
        actor=current_actor(),
        expected_version=form.expected_version,
    )
    flash(gettext("The round has moved."), "success")
    return redirect(url_for("reviews.round_of_call", call_id=call_id), code=303)
