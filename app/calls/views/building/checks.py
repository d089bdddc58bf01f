"""Checks across the form, one page each."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.calls import services
from app.calls.building import Document, Gone
from app.calls.building import checks as operations
from app.calls.forms import BuilderForm
from app.calls.present.building.checks import check_flaws, check_page
from app.calls.present.building.editing import seen
from app.calls.present.building.fields import Flaws
from app.calls.views import bp
from app.calls.views.building.loading import ADDRESS, Bench, load_bench, posted
from app.core.errors import Conflict, NotFound
from app.web.permissions import current_actor, requires

Page = str | tuple[str, int] | Response


@bp.get(f"{ADDRESS}/check")
@requires("form.build")
def form_check(code: str, key: str) -> str:
    """A check, or a new one."""
    bench, ident = load_bench(code, key), request.args.get("id", "")
    stored = _stored(bench.document, ident)
    if stored is None:
        raise NotFound()
    flaws = check_flaws(bench.document, ident, stored, bench.languages) if ident else ()
    return _page(bench, ident, stored, stored, flaws)


@bp.post(f"{ADDRESS}/check")
@requires("form.build")
def save_form_check(code: str, key: str) -> Page:
    """Keep it."""
    bench, form, ident = load_bench(code, key), BuilderForm(), request.args.get("id", "")
    form.validate()
    stored = _stored(bench.document, ident)
    typed = operations.read_check(posted(), stored or {}, bench.languages)
    if stored is None or form.seen.data != seen(stored):
        return _page(bench, ident if stored else "", typed, stored or {}, conflict=True), 409
    flaws = check_flaws(bench.document, ident, typed, bench.languages)
    if flaws and request.form.get("act") != "keep":
        return _page(bench, ident, typed, stored, flaws), 422
    services.change_form(
        stage=bench.stage, change=lambda document, _: _put(document, ident, typed, stored), actor=current_actor()
    )
    flash(gettext("Kept in the working copy."), "success")
    return redirect(url_for("calls.form_overview", code=code, key=key, _anchor="checks"), code=303)


@bp.post(f"{ADDRESS}/check/remove")
@requires("form.build")
def remove_form_check(code: str, key: str) -> Response:
    """Take it out of the working copy."""
    bench, ident, form = load_bench(code, key), request.args.get("id", ""), BuilderForm()
    form.validate()
    services.change_form(
        stage=bench.stage, change=lambda document, _: operations.remove_check(document, ident), actor=current_actor()
    )
    flash(gettext("The check was removed."), "success")
    return redirect(url_for("calls.form_overview", code=code, key=key, _anchor="checks"), code=303)


def _stored(document: Document, ident: str) -> Document | None:
    try:
        return operations.check(document, ident) if ident else {}
    except Gone:
        return None


def _put(document: Document, ident: str, typed: Document, expected: Document) -> Document:
    if ident and seen(operations.check(document, ident)) != seen(expected):
        raise Conflict()
    return operations.put_check(document, ident, typed)[0]


def _page(
    bench: Bench, ident: str, typed: Document, stored: Document, flaws: Flaws = (), conflict: bool = False
) -> str:
    page = check_page(bench.stage, bench.document, ident, typed, flaws, stored if conflict else None)
    form = BuilderForm(formdata=None, seen=seen(stored), version=bench.version)
    return bench.page("calls/building/check.html", page=page, form=form, conflict=conflict)
