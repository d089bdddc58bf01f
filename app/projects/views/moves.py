"""One way for every move of a project's parts: check the form, call the service, say what happened."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.projects import services
from app.projects.forms import MoveForm
from app.web.filters import translate
from app.web.permissions import current_actor


def carry_out(noun: str, thing: Any, move: str, back: str) -> Response:
    """Make the move and go back to the page; refusals become their own worded pages."""
    service = services.MOVES[noun].get(move)
    if service is None:
        abort(404)
    form = MoveForm()
    service(
        **{noun: thing},
        actor=current_actor(),
        expected_version=form.expected_version,
        reason=form.reason.data or "",
    )
    state = thing.workflow.state(thing.state)
    flash(gettext("Done. It is now: %(state)s.", state=translate(state.label)), "success")
    return redirect(back, code=303)
