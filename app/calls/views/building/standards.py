"""The library of standard questions, and its ways into and out of a form."""

from __future__ import annotations

import uuid

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.calls import queries, services
from app.calls.forms import BuilderForm, MoveForm, PromoteForm
from app.calls.policy import manages_everything
from app.calls.present.building.editing import Where, question_page
from app.calls.present.building.standards import standard_cards, standard_page
from app.calls.views import bp
from app.calls.views.building.loading import ADDRESS, Bench, load_bench
from app.calls.views.building.questions import stored_question
from app.core.errors import Invalid, NotFound
from app.identity import queries as identity_queries
from app.web.filters import translate
from app.web.permissions import authorised, can, current_actor, requires
from app.web.rendering import render
from workflows.actors import AUDITOR, MANAGER, OFFICER

Page = str | tuple[str, int] | Response


def _mine() -> list[uuid.UUID]:
    """The programmes in which the person works."""
    person_id = current_actor().person_id
    return list(identity_queries.programmes_with_role(person_id, MANAGER, OFFICER, AUDITOR)) if person_id else []


@bp.get("/manage/standards")
@requires("standard.list")
def standards() -> str:
    """All questions of the library that the person's programmes may ask."""
    authorised(identity_queries.get_person(current_actor().person_id))
    return render("calls/building/standards.html", cards=standard_cards(queries.standards_for(_mine())))


@bp.get("/manage/standards/<code>")
@requires("standard.view")
def standard(code: str) -> str:
    """One of them, with the calls that ask it."""
    found = authorised(queries.standard_by_code(code))
    page = standard_page(found, queries.calls_of_programmes(_mine()))
    return render("calls/building/standard.html", page=page, may_retire=bool(can("standard.retire", found)))


@bp.post("/manage/standards/<code>/retire")
@requires("standard.retire")
def retire_standard(code: str) -> Response:
    """Offer it to no new form any more, or again."""
    found, form = authorised(queries.standard_by_code(code)), MoveForm()
    form.validate()
    services.retire_standard(
        standard=found,
        retire=found.retired_at is None,
        actor=current_actor(),
        expected_version=form.expected_version,
    )
    flash(gettext("Done."), "success")
    return redirect(url_for("calls.standard", code=code), code=303)


@bp.post(f"{ADDRESS}/insert")
@requires("form.build")
def insert_standard(code: str, key: str) -> Response:
    """Ask a standard question in a section."""
    bench, form = load_bench(code, key), BuilderForm()
    form.validate()
    section, wanted = request.form.get("section", ""), queries.standard_by_code(request.form.get("standard", ""))
    if wanted is None:
        raise NotFound()
    try:
        _, ident = services.insert_standard(
            stage=bench.stage, section_id=section, standard=wanted, actor=current_actor()
        )
    except Invalid as error:
        flash(translate(error), "error")
        return redirect(url_for("calls.form_add", code=code, key=key, section=section), code=303)
    flash(gettext("The standard question was added to the working copy."), "success")
    return redirect(url_for("calls.form_overview", code=code, key=key, _anchor=f"q-{ident}"), code=303)


@bp.get(f"{ADDRESS}/promote")
@requires("form.build")
def promote_form(code: str, key: str) -> str:
    """Ask for the code under which a question goes into the library."""
    return _promote_page(load_bench(code, key), PromoteForm())


@bp.post(f"{ADDRESS}/promote")
@requires("form.build")
def promote_question(code: str, key: str) -> Page:
    """Put it there."""
    bench, form = load_bench(code, key), PromoteForm()
    ident = request.args.get("id", "")
    stored_question(bench, Where(id=ident))

    def act() -> None:
        services.promote_question(
            stage=bench.stage,
            question_id=ident,
            code=form.code.data or "",
            for_all=bool(form.for_all.data),
            actor=current_actor(),
        )

    if not form.took(act):
        return _promote_page(bench, form), 422
    flash(gettext("The question is in the library. Other calls may ask it now."), "success")
    return redirect(url_for("calls.standard", code=form.code.data), code=303)


def _promote_page(bench: Bench, form: PromoteForm) -> str:
    where = Where(id=request.args.get("id", ""))
    page = question_page(bench.stage, bench.document, where, stored_question(bench, where))
    may_share = manages_everything(current_actor())
    return bench.page("calls/building/promote.html", page=page, form=form, may_share=may_share)
