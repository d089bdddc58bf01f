"""The draft radar of a call: how far drafts have come, how many proposals to expect, and a reminder to their owners."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask_babel import ngettext
from werkzeug.wrappers import Response

from app.calls import queries as call_queries
from app.core.errors import Invalid, NotFound
from app.proposals import services
from app.proposals.present.radar import radar_page
from app.proposals.views import bp
from app.proposals.views.loading import language
from app.web.filters import translate
from app.web.permissions import authorised, can, current_actor, requires
from app.web.rendering import render


@bp.get("/calls/<code>/radar")
@requires("proposal.list_call")
def radar(code: str) -> str:
    """Counts of drafts by day, and the forecast; nothing of what is in them."""
    call = authorised(call_queries.call_by_code(code))
    page = radar_page(call, language())
    return render("proposals/radar.html", page=page, may_remind=can("proposal.remind_drafts", call))


@bp.post("/calls/<code>/radar/<key>/remind")
@requires("proposal.remind_drafts")
def remind_drafts(code: str, key: str) -> Response:
    """Write to everybody with an unsent draft in a stage."""
    call = authorised(call_queries.call_by_code(code))
    stage = next((s for s in call.stages if s.key == key), None)
    if stage is None:
        raise NotFound()
    try:
        count = services.remind_drafts(call=call, stage=stage, actor=current_actor())
    except Invalid as error:
        flash(translate(error), "info")
    else:
        flash(
            ngettext("The owners of %(num)s draft are reminded.", "The owners of %(num)s drafts are reminded.", count),
            "success",
        )
    return redirect(url_for("proposals.radar", code=code), code=303)
