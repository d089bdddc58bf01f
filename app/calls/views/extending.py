"""More time for everybody who applies: by a manager's own reckoning, or as an outage suggests it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask import flash, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.calls import present, queries, services
from app.calls.forms import ExtendForm, OutageForm, ReasonsForm
from app.calls.models import Call
from app.calls.present.outages import reason_boxes
from app.calls.views import bp
from app.calls.views.managing import managing_page
from app.core import clock
from app.core.errors import Conflict, DomainError, Invalid
from app.web.permissions import authorised, current_actor, requires
from app.web.rendering import render

Page = str | tuple[str, int] | Response


@bp.post("/<code>/outage")
@requires("call.change", shows_again=True)
def extend_after_outage(code: str) -> Page:
    """Make good what an outage took from everybody who was applying."""
    call, form = authorised(queries.call_by_code(code)), OutageForm()
    form.ask_in(call.languages)
    if not form.validate():
        return managing_page(call, form), 422
    key, version = form.stage.data or "", form.expected_version
    try:
        services.extend_after_outage(call=call, key=key, reasons=form.reasons(), actor=current_actor(), version=version)
    except DomainError as error:
        status = _refused(call, form, error)
        return managing_page(call, form), status
    return _extended(call)


def _extend_form(call: Call) -> ExtendForm:
    """The form with the call's stages; the last one is chosen, because that is what is extended nearly always."""
    form = ExtendForm()
    form.ask_in(call.languages)
    form.stage.choices = present.stage_choices(call)
    if not form.is_submitted():
        last = call.stages[-1]
        form.stage.data, form.version.data = last.key, call.version
        form.wall.data = last.closes_at.astimezone(ZoneInfo(call.zone)).time()
    return form


@bp.get("/<code>/extend")
@requires("call.change")
def extend(code: str) -> str:
    """Ask for the later closing time and the reason."""
    call = authorised(queries.call_by_code(code))
    return _extend_page(call, _extend_form(call))


@bp.post("/<code>/extend")
@requires("call.change", shows_again=True)
def extend_save(code: str) -> Page:
    """Extend the closing time."""
    call = authorised(queries.call_by_code(code))
    form = _extend_form(call)
    if not form.validate():
        return _extend_page(call, form), 422
    stage = next(s for s in call.stages if s.key == form.stage.data)
    said, version = form.reasons(), form.expected_version
    try:
        services.extend(
            call=call, stage=stage, wall=form.instant(), reasons=said, actor=current_actor(), version=version
        )
    except DomainError as error:
        status = _refused(call, form, error)
        return _extend_page(call, form), status
    return _extended(call)


def _refused(call: Call, form: ReasonsForm, error: DomainError) -> int:
    """Say why beside what was typed; the page then shows the call as it is now, and its next press goes by that."""
    form.add_error(error)
    if isinstance(error, Conflict):
        form.version.data, form.version.raw_data = call.version, None
    return 422 if isinstance(error, Invalid) else 409


def _extended(call: Call) -> Response:
    flash(gettext("The closing time was extended."), "success")
    return redirect(url_for("calls.manage", code=call.code), code=303)


def _extend_page(call: Call, form: ExtendForm) -> str:
    card = present.call_card(call, clock.now(), public=False)
    return render("calls/extend.html", card=card, form=form, reasons=reason_boxes(form), zone=call.zone)
