"""One question among those who write it: comments, how the answer changed, an earlier text put back; who is here now."""

from __future__ import annotations

import uuid

from flask import flash, jsonify, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.calls.form_schema import Question
from app.core.errors import Invalid, NotFound
from app.proposals import queries, services
from app.proposals.forms import CommentForm
from app.proposals.models import StageSubmission
from app.proposals.present import talking as present
from app.proposals.present.checking import place
from app.proposals.views import bp
from app.proposals.views.loading import language, load_stage
from app.web.filters import translate
from app.web.pagination import paginate
from app.web.permissions import current_actor, requires
from app.web.rendering import render

STAGE = "/<uuid:proposal_id>/stages/<key>"
QUESTION = STAGE + "/questions/<question_id>"
PER_PAGE = 20
Answer = Response | str | tuple[str, int]


def _question(submission: StageSubmission, question_id: str) -> Question:
    found = queries.asked_question(submission, question_id)
    if found is None:
        raise NotFound()
    return found


@bp.get(QUESTION)
@requires("proposal.view_own")
def question(proposal_id: uuid.UUID, key: str, question_id: str) -> str:
    """What was said about a question, and how its answer changed."""
    submission = load_stage(proposal_id, key)
    return _page(submission, _question(submission, question_id), CommentForm(formdata=None))


def _page(submission: StageSubmission, asked: Question, form: CommentForm) -> str:
    found = paginate(queries.changes_of(submission.id, [asked.id]), PER_PAGE)
    page = present.question_page(submission, asked, found, current_actor(), language())
    return render("proposals/question.html", page=page, form=form)


@bp.post(QUESTION + "/comments")
@requires("proposal.comment", shows_again=True)
def comment(proposal_id: uuid.UUID, key: str, question_id: str) -> Answer:
    """Say something about a question to those who write this proposal together."""
    submission = load_stage(proposal_id, key)
    asked, form = _question(submission, question_id), CommentForm()
    if not form.took(
        lambda: services.add_comment(
            submission=submission, question_id=asked.id, text=form.text.data, actor=current_actor()
        )
    ):
        return _page(submission, asked, form), 422
    flash(gettext("Your comment is kept. The others are told in a while."), "success")
    return _back(submission, asked.id)


def _back(submission: StageSubmission, question_id: str) -> Response:
    return redirect(url_for("proposals.question", **place(submission), question_id=question_id), code=303)


@bp.post(QUESTION + "/thread")
@requires("proposal.comment")
def settle_thread(proposal_id: uuid.UUID, key: str, question_id: str) -> Response:
    """Settle the talk about a question, or open it again."""
    submission = load_stage(proposal_id, key)
    is_open = request.form.get("then") == "reopen"
    services.settle_thread(submission=submission, question_id=question_id, is_open=is_open, actor=current_actor())
    flash(gettext("It is open again.") if is_open else gettext("It is settled."), "success")
    return _back(submission, question_id)


@bp.post(QUESTION + "/changes/<uuid:change_id>/restore")
@requires("proposal.edit")
def restore_answer(proposal_id: uuid.UUID, key: str, question_id: str, change_id: uuid.UUID) -> Answer:
    """Put back what the answer said before a change."""
    submission = load_stage(proposal_id, key)
    change = queries.get_change(submission.id, change_id)
    if change is None or change.question_id != question_id:
        raise NotFound()
    try:
        services.restore_answer(submission=submission, change=change, actor=current_actor())
    except Invalid as refused:
        flash(translate(refused), "error")
        return _back(submission, question_id)
    flash(gettext("The earlier text is back. What stood here is the newest change below."), "success")
    return _back(submission, question_id)


@bp.get(STAGE + "/sections/<section_id>/history")
@requires("proposal.view_own")
def section_history(proposal_id: uuid.UUID, key: str, section_id: str) -> str:
    """Every change in a section, the newest first."""
    submission = load_stage(proposal_id, key)
    section = queries.form_of(submission).section(section_id)
    if section is None:
        raise NotFound()
    found = paginate(queries.changes_of(submission.id, [q.id for q in section.questions]), PER_PAGE)
    page = present.history_page(submission, section, found, current_actor(), language())
    return render("proposals/section_history.html", page=page)


@bp.post(STAGE + "/presence")
@requires("proposal.view_own")
def presence(proposal_id: uuid.UUID, key: str) -> Response:
    """A page says that somebody has it open, and hears who else has."""
    submission, actor = load_stage(proposal_id, key), current_actor()
    services.mark_presence(submission=submission, section_id=request.form.get("section", ""), actor=actor)
    return jsonify(present=present.present_texts(submission, actor, language()))
