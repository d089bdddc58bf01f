"""One section on its own page."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.calls import building, services
from app.calls.building import Document, Gone
from app.calls.building.drafts import read_draft
from app.calls.building.posting import read_section
from app.calls.forms import BuilderForm
from app.calls.present.building.editing import seen
from app.calls.present.building.sections import section_page
from app.calls.views import bp
from app.calls.views.building.loading import ADDRESS, Bench, load_bench, posted
from app.core.errors import Conflict, NotFound
from app.web.permissions import current_actor, requires

Page = str | tuple[str, int] | Response


@bp.get(f"{ADDRESS}/section")
@requires("form.build")
def form_section(code: str, key: str) -> str:
    """Title and introduction of a section, or of a new one."""
    bench, ident = load_bench(code, key), request.args.get("id", "")
    stored = _stored(bench.document, ident)
    if stored is None:
        raise NotFound()
    return _page(bench, ident, stored, stored)


@bp.post(f"{ADDRESS}/section")
@requires("form.build")
def save_form_section(code: str, key: str) -> Page:
    """Keep them."""
    bench, form, ident = load_bench(code, key), BuilderForm(), request.args.get("id", "")
    form.validate()
    stored = _stored(bench.document, ident)
    typed = read_section(posted(), stored or {}, bench.languages)
    if stored is None or form.seen.data != _seen(stored):
        return _page(bench, ident, typed, stored or {}, conflict=True), 409
    if request.form.get("act") != "keep" and not all(code in typed.get("title", {}) for code in bench.languages):
        return _page(bench, ident, typed, stored, with_flaws=True), 422
    try:
        ident = _keep(bench, ident, typed, form.seen.data or "")
    except Conflict:
        bench = load_bench(code, key)
        return _page(bench, ident, typed, _stored(bench.document, ident) or {}, conflict=True), 409
    flash(gettext("Kept in the working copy."), "success")
    return redirect(url_for("calls.form_overview", code=code, key=key, _anchor=f"s-{ident}"), code=303)


def _stored(document: Document, ident: str) -> Document | None:
    if not ident:
        return {}
    try:
        return building.section(document, ident)
    except Gone:
        return None


def _seen(section: Document) -> str:
    """The fingerprint of what this page shows: the questions are another page's."""
    return seen({name: section.get(name) for name in ("title", "intro")})


def _keep(bench: Bench, ident: str, typed: Document, expected: str) -> str:
    found = {"id": ident}

    def change(document: Document, taken: frozenset[str]) -> Document:
        if not ident:
            made, found["id"] = building.add_section(document, typed, taken)
            return made
        if _seen(building.section(document, ident)) != expected:
            raise Conflict()
        return building.edit_section(document, ident, typed)

    services.change_form(stage=bench.stage, change=change, actor=current_actor())
    return found["id"]


def _page(
    bench: Bench, ident: str, typed: Document, stored: Document, conflict: bool = False, with_flaws: bool = False
) -> str:
    tried = {"sections": [{**typed, "id": ident or "new", "questions": []}]}
    flaws = read_draft(tried, bench.languages).of("section", ident or "new") if with_flaws else []
    page = section_page(
        bench.stage, ident, typed, [f for f in flaws if f[0] != "questions"], stored if conflict else None
    )
    form = BuilderForm(formdata=None, seen=_seen(stored), version=bench.version)
    return bench.page("calls/building/section.html", page=page, form=form, conflict=conflict)
