"""Writing a section: save, autosave, add and remove rows, attach and remove files."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any, BinaryIO, cast

from flask import flash, jsonify, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.calls.form_schema import Section, is_empty, read_section, shown_questions
from app.calls.present.sites import MOST_FOUND, found_sites, offer_site_search
from app.core.errors import DomainError, Invalid, NotFound
from app.proposals import queries, services
from app.proposals.forms import SectionForm
from app.proposals.models import StageSubmission
from app.proposals.posted import Fields, Posted, read_page
from app.proposals.present.talking import beside_section
from app.proposals.present.texts import answer_to_script
from app.proposals.present.writing import Attempt, error_texts, section_page, wrong_questions
from app.proposals.views import bp
from app.proposals.views.loading import language, load_section, load_stage
from app.web import transaction
from app.web.filters import translate
from app.web.permissions import current_actor, is_shown_again, requires
from app.web.rendering import render

ADDRESS = "/<uuid:proposal_id>/stages/<key>/sections/<section_id>"
SITES = "page:sites"  # the words to search the registry for
MENDS = "page:mends"  # the page says what is wrong with some answers, and wants to know when it is not any more
DOCUMENTS = "documents."  # a button that saves and goes on to what the organisation keeps
Answer = Response | str | tuple[str, int]


@bp.get(ADDRESS)
@requires("proposal.edit")
def section(proposal_id: uuid.UUID, key: str, section_id: str) -> Answer:
    """The page of a section; one that is not open is read on the page of the version instead."""
    submission = load_stage(proposal_id, key)
    if queries.form_of(submission).section(section_id) is None:
        return _gone(submission, section_id)
    found = load_section(submission, section_id)
    if section_id not in services.editable_sections(submission, current_actor()):
        flash(gettext("This section cannot be changed now."), "info")
        return redirect(url_for("proposals.show", proposal_id=proposal_id), code=303)
    attempt = Attempt(strict="mend" in request.args, add_row_to=request.args.get("add", ""))
    return _page(submission, found, attempt)


def _gone(submission: StageSubmission, section_id: str) -> Response:
    """A section that the form had before it changed: what was written there is on the page of the proposal."""
    if not any(form.section(section_id) for form in queries.earlier_forms(submission).values()):
        raise NotFound()
    flash(gettext("This section is no longer part of the form. What you wrote in it is kept and shown here."), "info")
    return redirect(
        url_for("proposals.show", proposal_id=submission.proposal_id, _anchor=f"kept-{submission.call_stage.key}"),
        code=303,
    )


def _mark() -> str:
    """Which form the page showed that sends this."""
    return request.values.get("form_mark", "")


@bp.post(ADDRESS)
@requires("proposal.edit", shows_again=True)
def save_section(proposal_id: uuid.UUID, key: str, section_id: str) -> Answer:
    """Keep what was typed; then go where the button says."""
    submission = load_stage(proposal_id, key)
    found = load_section(submission, section_id, _mark())
    page = _posted(section_id)
    if is_shown_again():
        return _again(submission, found, page)
    if "X-Autosave" in request.headers:
        return _autosave(submission, found, page)
    shown = _shown(submission, found)
    refused = _save(submission, found, page) or _attach(submission, found)
    asks_more = any(is_empty(submission.answers.get(q)) for q in _shown(submission, found) - shown)
    return refused or redirect(_onwards(submission, found, asks_more), code=303)


def _shown(submission: StageSubmission, found: Section) -> set[str]:
    """The questions that the page asks with the answers it has now."""
    form = queries.form_of(submission)
    return {question.id for question in shown_questions(form, found, submission.answers)}


def _posted(section_id: str) -> Posted:
    return read_page(dict(request.form.lists()), section_id, _mark())


def _autosave(submission: StageSubmission, found: Section, page: Posted) -> Response:
    """Save the fields that changed, and say what the server has now and what others wrote meanwhile."""
    kept = services.save_page(submission=submission, page=page, actor=current_actor())
    wrong = {"wrong": wrong_questions(submission, found)} if MENDS in request.form else {}
    return jsonify(
        **answer_to_script(submission, found, page, language()),
        **wrong,
        errors=error_texts(kept.problems),
        repeated=kept.repeated,
        aside=dict.fromkeys(kept.aside, translate(kept.why) if kept.why else ""),
    )


def _save(submission: StageSubmission, found: Section, page: Posted) -> Answer | None:
    """Save; nothing when that worked, else the page that keeps what was typed."""
    try:
        kept = services.save_page(submission=submission, page=page, actor=current_actor())
    except DomainError as error:
        return _refused(submission, found, page, error, 422 if isinstance(error, Invalid) else 409)
    if kept.why is not None:
        transaction.keep()
        return _refused(submission, found, page, kept.why, 409)
    if kept.rivals:
        flash(
            gettext("Somebody else changed the same answer. Both texts are kept: choose between them below."), "warning"
        )
    elif kept.aside:
        flash(gettext("The form no longer asks some of this. That text is kept on the page of your proposal."), "info")
    return None


def _refused(submission: StageSubmission, found: Section, page: Posted, error: DomainError, status: int) -> Answer:
    attempt = Attempt(answers=_typed(submission, found, page.fields))
    return _page(submission, found, attempt, translate(error)), status


def _again(submission: StageSubmission, found: Section, page: Posted) -> str:
    """What was typed before its writer was signed out. What others wrote since stays: the page knows nothing of it."""
    text = gettext(
        "You are signed in again. What you typed is in the fields below: look at it and save it. "
        "Where somebody changed the same answer meanwhile, both texts are kept."
    )
    return _page(submission, found, Attempt(answers=_typed(submission, found, page.fields), page=page), text)


def _typed(submission: StageSubmission, found: Section, fields: Fields) -> dict[str, Any]:
    asked = queries.form_of_page(submission, _mark())
    return read_section(asked.form, found.id, fields, services.answers_on_page(submission, asked), partial=True)[0]


def _attach(submission: StageSubmission, found: Section) -> Answer | None:
    """Attach the uploads; a refused one is named beside its question, while the saved text stays saved."""
    errors: dict[str, str] = {}
    for question in found.questions:
        for upload in request.files.getlist(question.id) if question.kind == "file" else ():
            if not upload.filename:
                continue
            try:
                services.attach_file(
                    submission=submission,
                    question_id=question.id,
                    stream=cast(BinaryIO, upload.stream),
                    name=upload.filename,
                    actor=current_actor(),
                )
            except Invalid as error:
                errors[question.id] = translate(error)
    if not errors:
        return None
    transaction.keep()
    return _page(submission, found, Attempt(errors=errors)), 422


def _onwards(submission: StageSubmission, found: Section, asks_more: bool) -> str:
    """Where the pressed button leads; when an answer brought up a new question, back to this page."""
    where: dict[str, Any] = {"proposal_id": submission.proposal_id, "key": submission.call_stage.key}
    sections = queries.form_of(submission).sections
    index = next((number for number, one in enumerate(sections) if one.id == found.id), None)
    if index is None:
        return url_for("proposals.section", **where, section_id=found.id)
    if "add_row" in request.form:
        name = request.form["add_row"]
        return url_for("proposals.section", **where, section_id=found.id, add=name, _anchor=f"q-{name}")
    then = request.form.get("then", "")
    if then.startswith(DOCUMENTS):
        return url_for("proposals.documents", **where, section_id=found.id, question_id=then.removeprefix(DOCUMENTS))
    if then == "continue" and not asks_more:
        open_now = services.editable_sections(submission, current_actor())
        following = next((s for s in sections[index + 1 :] if s.id in open_now), None)
        if following is None:
            return url_for("proposals.check", **where)
        return url_for("proposals.section", **where, section_id=following.id)
    if asks_more:
        flash(gettext("Saved. Your answer brought up a further question."), "info")
    elif "remove_row" not in request.form:
        flash(gettext("Saved."), "success")
    words = request.form.get(SITES, "").strip()
    searched: dict[str, Any] = {"sites": words, "_anchor": "site-search"} if words or then == "sites" else {}
    return url_for("proposals.section", **where, section_id=found.id, **searched)


@bp.get(f"{ADDRESS}/sites")
@requires("proposal.edit")
def find_sites(proposal_id: uuid.UUID, key: str, section_id: str) -> Response:
    """The sites of the registry that fit what is being typed: references and names."""
    load_section(load_stage(proposal_id, key), section_id)
    return jsonify(sites=found_sites(request.args.get("q", ""))[:MOST_FOUND])


def _offer_sites(submission: StageSubmission, found: Section) -> None:
    """Where the registry is too long for a list, the page searches it for what was typed before it was sent."""
    where: dict[str, Any] = {"proposal_id": submission.proposal_id, "key": submission.call_stage.key}
    url = url_for("proposals.find_sites", **where, section_id=found.id)
    offer_site_search(request.form.get(SITES) or request.args.get("sites", ""), url)


def _page(submission: StageSubmission, found: Section, attempt: Attempt, notice: str = "") -> str:
    current = queries.form_of(submission).section(found.id)
    if current is None:
        attempt = replace(attempt, form_mark=_mark())
    _offer_sites(submission, found)
    member = services.sees_documents(submission, current_actor())
    page = section_page(submission, current or found, language(), replace(attempt, sees_others=member))
    form = SectionForm(formdata=None, version=page.version, form_mark=page.form_mark)
    documents = page.has_files and member
    beside = beside_section(submission, current or found, current_actor(), language())
    return render(
        "proposals/section.html", page=page, form=form, notice_text=notice, documents=documents, beside=beside
    )


@bp.post(ADDRESS + "/files/<uuid:file_id>/remove")
@requires("proposal.edit", shows_again=True)
def remove_file(proposal_id: uuid.UUID, key: str, section_id: str, file_id: uuid.UUID) -> Answer:
    """Take a file away; the rest of the page is saved with it, so that no typed word is lost."""
    submission = load_stage(proposal_id, key)
    found = load_section(submission, section_id, _mark())
    if is_shown_again():
        return _again(submission, found, _posted(section_id))
    refused = _save(submission, found, _posted(section_id))
    if refused is not None:
        return refused
    services.remove_file(submission=submission, file_id=file_id, actor=current_actor())
    flash(gettext("The file was removed."), "success")
    return redirect(url_for("proposals.section", proposal_id=proposal_id, key=key, section_id=section_id), code=303)
