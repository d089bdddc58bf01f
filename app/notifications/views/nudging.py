"""Asking reviewers after their open reviews: who gets what, before anything is sent."""

from __future__ import annotations

import uuid

from flask import flash, redirect, request, url_for
from flask_babel import ngettext
from werkzeug.wrappers import Response

from app.calls import queries as calls
from app.calls.models import Call
from app.notifications import present
from app.notifications.forms import NudgeForm
from app.notifications.views import bp
from app.reviews import services
from app.web.permissions import authorised, current_actor, requires
from app.web.rendering import render


@bp.get("/calls/<uuid:call_id>/reviewers")
@requires("review.nudge")
def nudge_form(call_id: uuid.UUID) -> str:
    """Who has open reviews in a call, and the mail that each would get."""
    return _page(authorised(calls.get_call(call_id)), NudgeForm(formdata=None))


def _page(call: Call, form: NudgeForm, ticked: list[str] | None = None) -> str:
    asked = present.AskedNudge.read(request.values)
    view = present.nudge_view(call, services.candidates(call, current_actor()), asked, ticked)
    return render("notifications/nudge.html", page=view, form=form)


@bp.post("/calls/<uuid:call_id>/reviewers")
@requires("review.nudge")
def nudge(call_id: uuid.UUID) -> Response | tuple[str, int]:
    """Ask the chosen people; who was asked within a day only when that is wanted all the same."""
    call, form = authorised(calls.get_call(call_id)), NudgeForm()
    if not form.validate():
        return _page(call, form, request.form.getlist("person")), 422
    asked = services.nudge(call=call, people=form.people, force=bool(form.force.data), actor=current_actor())
    if asked:
        flash(
            ngettext("%(num)s reviewer is asked by mail.", "%(num)s reviewers are asked by mail.", len(asked)),
            "success",
        )
    left = len(form.people) - len(asked)
    if left:
        flash(
            ngettext(
                "%(num)s was left out: asked within 24 hours, or nothing is open any more.",
                "%(num)s were left out: asked within 24 hours, or nothing is open any more.",
                left,
            ),
            "info",
        )
    back = present.AskedNudge.read(request.values)
    return redirect(
        url_for("notifications.nudge_form", call_id=call.id, who=back.who or None, q=back.q or None), code=303
    )
