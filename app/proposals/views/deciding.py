"""Deciding between two texts of one answer, and putting away a text that found no place."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, jsonify, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.core.errors import MoveRefused, NotFound
from app.proposals import queries, services
from app.proposals.fields import posted_values, question_of, value_at
from app.proposals.models import RivalText, StageSubmission
from app.proposals.posted import read_page
from app.proposals.present.texts import answer_to_script
from app.proposals.views import bp
from app.proposals.views.loading import language, load_stage
from app.proposals.views.writing import ADDRESS
from app.web.filters import translate
from app.web.permissions import current_actor, requires


@bp.post(ADDRESS + "/texts/<uuid:text_id>")
@requires("proposal.edit")
def settle_text(proposal_id: uuid.UUID, key: str, section_id: str, text_id: uuid.UUID) -> Response:
    """Keep the typed or the saved text; what else was changed on the page is saved with it."""
    submission = load_stage(proposal_id, key)
    text = queries.get_text(submission.id, text_id)
    if text is None:
        raise NotFound()
    page = read_page(dict(request.form.lists()), section_id)
    if page.shown is not None:
        services.save_page(submission=submission, page=page, actor=current_actor())
    refusal = _settle(submission, text)
    if "X-Autosave" in request.headers:
        return _told(submission, text, refusal)
    flash(refusal or gettext("Your choice is saved."), "error" if refusal else "success")
    return redirect(_back(submission, text), code=303)


def _settle(submission: StageSubmission, text: RivalText) -> str:
    """Settle; returns the refusal when the saved text changed under the decision or takes no text now."""
    choice, _, seen = request.form.get("settle", "").partition(":")
    try:
        services.settle_text(submission=submission, text=text, choice=choice, seen=seen, actor=current_actor())
    except MoveRefused as refusal:
        return translate(refusal)
    return ""


def _told(submission: StageSubmission, text: RivalText, refusal: str) -> Response:
    form = queries.form_of(submission)
    section = form.section_of(question_of(text.name))
    page = read_page(dict(request.form.lists()), section.id if section else "")
    now = posted_values(value_at(submission.answers, text.name))
    told = answer_to_script(submission, section, page, language())
    return jsonify(**told, refusal=refusal, settled={} if refusal else {text.name: now or []})


def _back(submission: StageSubmission, text: RivalText) -> str:
    section = queries.form_of(submission).section_of(question_of(text.name))
    if section is None or section.id not in services.editable_sections(submission, current_actor()):
        return url_for("proposals.show", proposal_id=submission.proposal_id)
    where: dict[str, Any] = {"proposal_id": submission.proposal_id, "key": submission.call_stage.key}
    return url_for("proposals.section", **where, section_id=section.id, _anchor=f"q-{question_of(text.name)}")
