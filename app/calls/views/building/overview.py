"""The overview of a form that is built: order, copy, remove, throw the working copy away."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.calls import building, services
from app.calls.building import Document, Gone, checks
from app.calls.building.drafts import read_draft
from app.calls.forms import BuilderForm
from app.calls.present.building import overview as present
from app.calls.present.building.fields import sentence
from app.calls.views import bp
from app.calls.views.building.loading import ADDRESS, Bench, load_bench
from app.core.errors import NotFound
from app.web.permissions import current_actor, requires

KINDS = frozenset({"section", "question"})
# How each is moved and copied.
ARRANGED: dict[str, tuple[Callable[[Document, str, int], Document], Callable[..., tuple[Document, str]]]] = {
    "section": (building.move_section, building.duplicate_section),
    "question": (building.move_question, building.duplicate_question),
    "check": (checks.move_check, lambda document, ident, _taken: checks.duplicate_check(document, ident)),
}


@bp.get(ADDRESS)
@requires("form.build")
def form_overview(code: str, key: str) -> str:
    """Every section and question, with what is wrong beside it."""
    bench = load_bench(code, key)
    draft = read_draft(bench.document, bench.languages)
    outside = services.context_flaws(bench.stage, bench.document)
    page = present.overview(bench.stage, bench.document, draft, outside)
    return bench.page("calls/building/overview.html", page=page, form=BuilderForm(version=bench.version))


@bp.post(f"{ADDRESS}/arrange")
@requires("form.build")
def form_arrange(code: str, key: str) -> Response:
    """Move or copy a section, question or check; ``act`` is ``kind:id:what``; ``to`` moves into the section named."""
    bench, form = load_bench(code, key), BuilderForm()
    form.validate()
    kind, _, rest = request.form.get("act", "").partition(":")
    ident, _, what = rest.rpartition(":")
    if kind not in ARRANGED:
        raise NotFound()
    anchor = _carry_out(bench, kind, ident, what, form.expected_version)
    return redirect(url_for("calls.form_overview", code=code, key=key, _anchor=anchor), code=303)


def _carry_out(bench: Bench, kind: str, ident: str, what: str, version: int | None) -> str:
    """Do it; where the page goes on."""
    found = {"id": ident}

    def change(document: Document, taken: frozenset[str]) -> Document:
        if what in {"up", "down"}:
            return ARRANGED[kind][0](document, ident, -1 if what == "up" else 1)
        if what == "to" and kind == "question":
            return building.move_question_to(document, ident, request.form.get(f"to-{ident}", ""))
        if what != "copy":
            raise NotFound()
        made, found["id"] = ARRANGED[kind][1](document, ident, taken)
        return made

    services.change_form(stage=bench.stage, change=change, actor=current_actor(), expected_version=version)
    return f"{kind[0]}-{found['id']}"


@bp.get(f"{ADDRESS}/remove")
@requires("form.build")
def form_remove(code: str, key: str) -> str:
    """Say what a removal would do before it is done."""
    bench = load_bench(code, key)
    kind, ident = _target()
    try:
        inside = [q["id"] for q in building.section(bench.document, ident)["questions"]] if kind == "section" else []
        outside = [sentence(flaw) for flaw in services.needed_by_call(bench.stage, [ident, *inside])]
        removal = present.removal(bench.stage, bench.document, kind, ident, outside)
    except Gone as gone:
        raise NotFound() from gone
    return bench.page("calls/building/remove.html", page=removal, form=BuilderForm(version=bench.version))


@bp.post(f"{ADDRESS}/remove")
@requires("form.build")
def remove_from_form(code: str, key: str) -> Response:
    """Take a section or question out of the working copy."""
    bench, form = load_bench(code, key), BuilderForm()
    form.validate()
    kind, ident = _target()
    remove = building.remove_section if kind == "section" else building.remove_question
    services.change_form(
        stage=bench.stage,
        change=lambda document, _taken: remove(document, ident),
        actor=current_actor(),
        expected_version=form.expected_version,
    )
    flash(gettext("It was taken out of the working copy. The form in use is unchanged."), "success")
    return redirect(url_for("calls.form_overview", code=code, key=key), code=303)


def _target() -> tuple[str, str]:
    kind = next((name for name in sorted(KINDS) if name in request.values), "")
    if not kind:
        raise NotFound()
    return kind, request.values[kind]


@bp.post(f"{ADDRESS}/discard")
@requires("form.build")
def form_discard(code: str, key: str) -> Response:
    """Throw the working copy away."""
    bench, form = load_bench(code, key), BuilderForm()
    form.validate()
    if bench.draft is None:
        raise NotFound()
    services.discard_form_draft(draft=bench.draft, actor=current_actor(), expected_version=form.expected_version)
    flash(gettext("The working copy was thrown away. The form in use is as it was."), "success")
    return redirect(url_for("calls.form_overview", code=code, key=key), code=303)
