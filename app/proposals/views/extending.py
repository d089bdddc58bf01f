"""More time for one applicant: what was given in a call, and the form for one more."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.calls import present as call_present
from app.calls import queries as call_queries
from app.calls.models import Call
from app.core.errors import DomainError
from app.proposals import services
from app.proposals.forms import ExtensionForm
from app.proposals.present.extensions import extensions_page
from app.proposals.views import bp
from app.proposals.views.loading import language
from app.web.permissions import authorised, current_actor, requires
from app.web.rendering import render

Answer = Response | str | tuple[str, int]


@bp.get("/calls/<code>/extensions")
@requires("proposal.extend")
def extensions(code: str) -> str:
    """Who was given more time, and the form."""
    call = authorised(call_queries.call_by_code(code))
    return _page(call, _form(call))


def _form(call: Call) -> ExtensionForm:
    form = ExtensionForm()
    form.stage.choices = call_present.stage_choices(call)
    if not form.is_submitted():
        form.stage.data = call.stages[0].key
    return form


def _page(call: Call, form: ExtensionForm) -> str:
    page = extensions_page(call, current_actor(), language())
    return render("proposals/extensions.html", page=page, form=form)


@bp.post("/calls/<code>/extensions")
@requires("proposal.extend")
def extend(code: str) -> Answer:
    """Give one applicant more time."""
    call = authorised(call_queries.call_by_code(code))
    form = _form(call)
    if not form.validate_on_submit():
        return _page(call, form), 422
    try:
        _grant(call, form)
    except DomainError as error:
        form.add_error(error)
        return _page(call, form), 422
    flash(gettext("More time was given; the applicant is told."), "success")
    return redirect(url_for("proposals.extensions", code=code), code=303)


def _grant(call: Call, form: ExtensionForm) -> None:
    services.extend_for_applicant(
        call=call,
        stage=next(s for s in call.stages if s.key == form.stage.data),
        applicant=form.applicant.data or "",
        wall=form.instant(),
        reason=form.reason.data or "",
        actor=current_actor(),
    )
