"""What a stage's form and rubric begin with, and the question that asks for the funding window."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.calls import drafting, present, queries, services
from app.calls.document import FormError
from app.calls.drafting.pages.known import stages_of
from app.calls.forms import BeginForm, PartForm
from app.calls.models import CallDraft
from app.calls.present.drafts import form_page, part_url, source_choices, stage_choices
from app.calls.views import bp
from app.calls.views.editing import load_draft
from app.core.errors import Conflict, DomainError, Invalid, NotFound
from app.web.filters import translate
from app.web.permissions import current_actor, requires
from app.web.rendering import render

Answer = Response | str | tuple[str, int]
RUBRICS = frozenset({"standard", "stage", "none"})


def _stage(draft: CallDraft, number: int) -> dict[str, Any]:
    """The stage as the document has it; one that is not there is no page."""
    document = services.document_of_draft(draft)
    if number >= len(stages_of(document)):
        raise NotFound()
    return document


def _form(draft: CallDraft) -> BeginForm:
    form = BeginForm()
    stages = stage_choices(queries.stages_to_copy(draft.programme_id))
    form.source.choices = source_choices(bool(stages))
    form.stage.choices = [("", gettext("Choose a stage")), *stages]
    return form


@bp.get("/drafts/<uuid:draft_id>/stages/<int:number>/form")
@requires("call.change")
def stage_form(draft_id: uuid.UUID, number: int) -> str:
    """The form of a stage as it is, the way to the form builder, and what else it may begin with."""
    draft = load_draft(draft_id)
    document = _stage(draft, number)
    form = _form(draft)
    form.version.data = draft.version
    return _page(draft, document, number, form)


@bp.post("/drafts/<uuid:draft_id>/stages/<int:number>/form")
@requires("call.change")
def begin_form(draft_id: uuid.UUID, number: int) -> Answer:
    """Give the stage the chosen form."""
    draft = load_draft(draft_id)
    document, form = _stage(draft, number), _form(draft)
    if not form.validate():
        return _page(draft, document, number, form), 422
    try:
        _give(draft, number, form, document["languages"])
    except (FormError, DomainError) as error:
        form.form_errors.extend(present.flaw_lines(error) if isinstance(error, FormError) else [translate(error)])
        return _page(draft, document, number, form), 409 if isinstance(error, Conflict) else 422
    flash(gettext("The stage has its form. Look at it, and build on it."), "success")
    return redirect(url_for("calls.stage_form", draft_id=draft.id, number=number), code=303)


def _give(draft: CallDraft, number: int, form: BeginForm, languages: list[str]) -> None:
    """Read the form that was chosen and give it to the stage."""
    source, stage = form.source.data, _chosen(draft, form)
    chosen = services.begin_with(source=source, stage=stage, content=form.content(), languages=languages)
    services.set_form(
        draft=draft, number=number, form=chosen, actor=current_actor(), expected_version=form.expected_version
    )


def _chosen(draft: CallDraft, form: BeginForm) -> Any:
    """The stage of an earlier call, among those that the person may read."""
    try:
        wanted = uuid.UUID(form.stage.data or "")
    except ValueError:
        return None
    return queries.stage_to_copy(wanted, draft.programme_id)


def _page(draft: CallDraft, document: dict[str, Any], number: int, form: BeginForm) -> str:
    flaws, _ = services.flaws_of(draft, document)
    kept = services.kept_stages(draft)[number]
    page = form_page(draft, document, number, flaws, kept.key if kept else "")
    return render("calls/draft/form.html", page=page, form=form)


@bp.post("/drafts/<uuid:draft_id>/stages/<int:number>/rubric")
@requires("call.change")
def begin_rubric(draft_id: uuid.UUID, number: int) -> Response:
    """Put the standard rubric, that of an earlier stage, or none into the place of the present one."""
    draft = load_draft(draft_id)
    document, form = _stage(draft, number), BeginForm()
    form.stage.validate_choice = False
    stage, source = _chosen(draft, form), form.source.data
    if source not in RUBRICS or (source == "stage" and stage is None):
        raise NotFound()
    services.set_rubric(
        draft=draft,
        number=number,
        source=source,
        stage=stage if source == "stage" else None,
        actor=current_actor(),
        expected_version=form.expected_version,
    )
    page = drafting.page_of(document, f"rubric-{number}")
    assert page is not None
    return redirect(part_url(draft, page), code=303)


@bp.post("/drafts/<uuid:draft_id>/windows/question")
@requires("call.change")
def ask_for_window(draft_id: uuid.UUID) -> Response:
    """Write the question for the window into the form, or bring its answers up to date."""
    draft, form = load_draft(draft_id), PartForm()
    try:
        services.ask_for_window(draft=draft, actor=current_actor(), expected_version=form.expected_version)
    except Invalid as error:
        flash(translate(error), "error")
    else:
        flash(gettext("The form asks for the window."), "success")
    return redirect(url_for("calls.draft_part", draft_id=draft.id, part="windows"), code=303)
