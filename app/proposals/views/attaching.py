"""Attaching one of the organisation's own documents to a question."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.calls.form_schema import Question, text
from app.core.errors import Invalid, NotFound
from app.identity.present import document_view
from app.identity.present.documents import DocumentView
from app.proposals import services
from app.proposals.forms import DocumentChoiceForm, choices
from app.proposals.models import StageSubmission
from app.proposals.views import bp
from app.proposals.views.loading import language, load_section, load_stage
from app.proposals.views.writing import ADDRESS
from app.web.filters import translate
from app.web.permissions import current_actor, requires
from app.web.rendering import render

PLACE = ADDRESS + "/documents/<question_id>"


def _question(submission: StageSubmission, section_id: str, question_id: str) -> Question:
    section = load_section(submission, section_id)
    found = next((q for q in section.questions if q.id == question_id and q.kind == "file"), None)
    if found is None:
        raise NotFound()
    return found


def _form(submission: StageSubmission) -> DocumentChoiceForm:
    form = DocumentChoiceForm()
    views = [document_view(document) for document in services.documents_for(submission, current_actor())]
    form.document.choices = choices((str(view.id), _told(view)) for view in views)
    return form


def _told(view: DocumentView) -> str:
    """A document in one line: kind, file, validity and its mark (expired)."""
    newest = view.newest
    parts = (view.kind, newest.name, newest.valid, newest.mark.label if newest.mark else "")
    return " · ".join(part for part in parts if part)


def _page(submission: StageSubmission, section_id: str, question: Question, form: DocumentChoiceForm) -> str:
    where: dict[str, Any] = {
        "proposal_id": submission.proposal_id,
        "key": submission.call_stage.key,
        "section_id": section_id,
    }
    return render(
        "proposals/documents.html",
        form=form,
        question=text(question.label, language()),
        reference=submission.proposal.reference,
        organisation=submission.proposal.organisation.name,
        vault=url_for("identity.documents", organisation_id=submission.proposal.organisation_id),
        url=url_for("proposals.attach_document", **where, question_id=question.id),
        back=url_for("proposals.section", **where, _anchor=f"q-{question.id}"),
    )


@bp.get(PLACE)
@requires("proposal.edit")
def documents(proposal_id: uuid.UUID, key: str, section_id: str, question_id: str) -> str:
    """What the organisation keeps, to choose from."""
    submission = load_stage(proposal_id, key)
    question = _question(submission, section_id, question_id)
    return _page(submission, section_id, question, _form(submission))


@bp.post(PLACE)
@requires("proposal.edit")
def attach_document(proposal_id: uuid.UUID, key: str, section_id: str, question_id: str) -> Response | tuple[str, int]:
    """Attach the chosen one."""
    submission = load_stage(proposal_id, key)
    question, form = _question(submission, section_id, question_id), _form(submission)
    if not form.validate():
        return _page(submission, section_id, question, form), 422
    try:
        services.attach_document(
            submission=submission,
            question_id=question_id,
            document_id=uuid.UUID(form.document.data),
            actor=current_actor(),
        )
    except Invalid as refused:
        form.document.errors = [translate(refused)]
        return _page(submission, section_id, question, form), 422
    flash(gettext("The document is attached."), "success")
    return redirect(url_for("proposals.section", proposal_id=proposal_id, key=key, section_id=section_id), code=303)
