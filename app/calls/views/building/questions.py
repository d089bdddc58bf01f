"""One question or column on its own page: choose a kind, fill in, save, see how it looks."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.calls import queries, services
from app.calls.building import Document, Gone, questions, within
from app.calls.building.posting import read_question
from app.calls.form_schema import KINDS
from app.calls.forms import BuilderForm
from app.calls.present.building import editing as present
from app.calls.present.building.editing import Where
from app.calls.present.building.fields import SPARE_ROWS
from app.calls.present.building.standards import standard_cards
from app.calls.strict import FormError
from app.calls.views import bp
from app.calls.views.building import parts
from app.calls.views.building.loading import ADDRESS, Bench, load_bench, posted
from app.core.errors import Conflict, NotFound
from app.web.permissions import current_actor, requires

Page = str | tuple[str, int] | Response
MOST_SPARE = 60


@bp.get(f"{ADDRESS}/add")
@requires("form.build")
def form_add(code: str, key: str) -> str:
    """Choose what kind of question or column it will be."""
    bench = load_bench(code, key)
    where = _where()
    stored_question(bench, Where(section=where.section, of=where.of))
    kinds = present.kind_links(bench.stage, bench.document, where)
    own = [] if where.of else queries.standards_for([bench.stage.call.programme_id], retired=False)
    asked = {q.get("standard") for q in questions(bench.document)}
    standards = standard_cards(standard for standard in own if standard.code not in asked)
    form = BuilderForm(version=bench.version)
    return bench.page("calls/building/add.html", kinds=kinds, where=where, standards=standards, form=form)


@bp.get(f"{ADDRESS}/question")
@requires("form.build")
def form_question(code: str, key: str) -> str:
    """A question with all its settings, or an empty one of a kind."""
    bench, where = load_bench(code, key), _where()
    stored = stored_question(bench, where)
    flaws = () if where.is_new else present.own_flaws(bench.document, where, stored, bench.languages)
    spare = min(request.args.get("rows", SPARE_ROWS, int), MOST_SPARE)
    page = present.question_page(
        bench.stage, bench.document, where, stored, flaws, spare=spare, with_preview=not where.is_new
    )
    return _render(bench, page)


@bp.post(f"{ADDRESS}/question")
@requires("form.build")
def save_form_question(code: str, key: str) -> Page:
    """Keep the question. What is wrong is said first, with everything typed still there; it may be kept all the same."""
    bench, where, form = load_bench(code, key), _where(), BuilderForm()
    form.validate()
    act = request.form.get("act", "save")
    stored = _stored_or_nothing(bench, where)
    typed = _typed(bench, where, stored)
    if stored is None or form.seen.data != present.seen(stored):
        return _shown(bench, where, typed, stored=stored, conflict=True), 409
    flaws = present.own_flaws(bench.document, where, typed, bench.languages)
    if act == "look" or (act == "save" and flaws):
        return _shown(bench, where, typed, stored=stored), 200 if act == "look" else 422
    try:
        ident = _keep(bench, where, typed, form.seen.data or "", act)
    except Conflict:
        now = load_bench(code, key)
        return _shown(now, where, typed, stored=_stored_or_nothing(now, where), conflict=True), 409
    except FormError as error:
        return _shown(bench, where, typed, stored=stored, refused=error), 422
    return _onwards(bench, where, ident, act)


def _where() -> Where:
    values = request.args
    where = Where(values.get("id", ""), values.get("section", ""), values.get("of", ""), values.get("kind", ""))
    if (where.is_new and where.kind and where.kind not in KINDS) or not all(v.isprintable() for v in values.values()):
        raise NotFound()
    return where


def stored_question(bench: Bench, where: Where) -> Document:
    """The question or column that is there now; else no page."""
    try:
        return present.find(bench.document, where)
    except Gone as gone:
        raise NotFound() from gone


def _stored_or_nothing(bench: Bench, where: Where) -> Document | None:
    try:
        return present.find(bench.document, where)
    except Gone:
        return None


def _typed(bench: Bench, where: Where, stored: Document | None) -> Document:
    """The question as it was typed; its kind is the chosen one, unless the library keeps it."""
    before = stored or {"id": where.id, "kind": where.kind}
    kind = request.form.get("kind", "")
    if kind not in KINDS or before.get("standard"):
        kind = str(before.get("kind", "")) or where.kind
    taken = within(services.ids_ever(bench.stage), where.place)
    inside = present.kind_around(bench.document, where)
    typed = read_question(posted(), kind, before, bench.languages, inside, taken)
    return {**typed, **{k: before[k] for k in ("options", "currency") if before.get("standard") and k in before}}


def _keep(bench: Bench, where: Where, typed: Document, seen: str, act: str) -> str:
    """Do what was pressed, in the working copy as it is now; ``Conflict`` when somebody changed this question meanwhile."""
    found = {"id": where.id}

    def change(document: Document, taken: frozenset[str]) -> Document:
        if present.seen(present.find(document, where)) != seen:
            raise Conflict()
        done = parts.applied(typed, act, within(taken, where.place))
        made, found["id"] = present.put(document, where, done, taken)
        return made

    services.change_form(stage=bench.stage, change=change, actor=current_actor())
    return found["id"]


def _onwards(bench: Bench, where: Where, ident: str, act: str) -> Response:
    """Back to the overview, or to the question where its rows go on."""
    code, key = bench.stage.call.code, bench.stage.key
    if act in {"save", "keep"}:
        flash(gettext("Kept in the working copy."), "success")
        if where.of:
            return redirect(url_for("calls.form_question", code=code, key=key, id=where.of), code=303)
        if not where.is_new:
            return redirect(url_for("calls.form_overview", code=code, key=key, _anchor=f"q-{ident}"), code=303)
    rows = SPARE_ROWS * 3 if act == "more" else None
    named: dict[str, Any] = {"id": ident, "of": where.of or None, "rows": rows}
    url = url_for("calls.form_question", code=code, key=key, _anchor=parts.anchor(act), **named)
    return redirect(url, code=303)


def _shown(
    bench: Bench,
    where: Where,
    typed: Document,
    *,
    stored: Document | None,
    conflict: bool = False,
    refused: FormError | None = None,
) -> str:
    """The page again with what was typed."""
    flaws = list(present.own_flaws(bench.document, where, typed, bench.languages))
    flaws += [("", flaw) for flaw in (refused.flaws if refused else ())]
    page = present.question_page(
        bench.stage,
        bench.document,
        where,
        typed,
        flaws,
        stored=stored if stored is not None else {},
        conflict=conflict,
        with_preview=True,
    )
    return _render(bench, page, conflict=conflict, gone=stored is None)


def _render(bench: Bench, page: present.QuestionPage, conflict: bool = False, gone: bool = False) -> str:
    form = BuilderForm(formdata=None, seen=page.seen, version=bench.version)
    return bench.page("calls/building/question.html", page=page, form=form, conflict=conflict, gone=gone)
