"""Questions about a call: asked by anybody with an account, answered by the staff."""

from __future__ import annotations

import uuid

from flask import flash, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.calls import queries, services
from app.calls.form_schema import text
from app.calls.forms import AnswerForm, AskForm, MoveForm
from app.calls.models import Call, CallQuestion
from app.calls.present.parts import language_of
from app.calls.present.talk import closed_text, question_rows
from app.calls.views import bp
from app.core.errors import Conflict, DomainError, Invalid, NotFound
from app.identity import queries as identity_queries
from app.identity.models import Person
from app.web.filters import instant
from app.web.permissions import authorised, current_actor, requires
from app.web.rendering import render

Answer = Response | str | tuple[str, int]


def _me() -> Person:
    return authorised(identity_queries.get_person(current_actor().person_id))


def _public(code: str) -> Call:
    call = queries.public_call(code)
    if call is None:
        raise NotFound()
    return call


@bp.get("/<code>/questions")
@requires("question.ask")
def questions(code: str) -> str:
    """My questions about a call, and the form for one more."""
    return _asking(_public(code), _me(), AskForm(formdata=None))


@bp.post("/<code>/questions")
@requires("question.ask")
def ask(code: str) -> Answer:
    """Ask the staff."""
    call, person, form = _public(code), _me(), AskForm()
    if not form.validate():
        return _asking(call, person, form), 422
    try:
        services.ask_question(call=call, text=form.text.data or "", actor=current_actor())
    except DomainError as error:
        form.add_error(error)
        return _asking(call, person, form), 422 if isinstance(error, Invalid) else 409
    flash(gettext("Your question was sent. You will get a mail when it is answered."), "success")
    return redirect(url_for("calls.questions", code=code), code=303)


def _asking(call: Call, person: Person, form: AskForm) -> str:
    return render(
        "calls/questions.html",
        title=text(call.title, language_of(call)),
        code=call.code,
        rows=question_rows(queries.questions_of(call.id, person.id), call),
        closed=closed_text(call),
        until=instant(services.questions_until(call), call.zone),
        form=form,
    )


@bp.get("/<code>/questions/all")
@requires("question.answer")
def all_questions(code: str) -> str:
    """Every question about a call, the unanswered first."""
    call = authorised(queries.call_by_code(code))
    rows = question_rows(queries.questions_of(call.id), call)
    return render("calls/questions_all.html", title=text(call.title, language_of(call)), code=call.code, rows=rows)


def _question(call: Call, question_id: uuid.UUID) -> CallQuestion:
    question = queries.get_question(question_id)
    if question is None or question.call_id != call.id:
        raise NotFound()
    return question


@bp.get("/<code>/questions/<uuid:question_id>")
@requires("question.answer")
def answer(code: str, question_id: uuid.UUID) -> str:
    """Write an answer."""
    call = authorised(queries.call_by_code(code))
    question = _question(call, question_id)
    return _answering(call, question, AnswerForm(formdata=None, obj=question))


@bp.post("/<code>/questions/<uuid:question_id>")
@requires("question.answer")
def save_answer(code: str, question_id: uuid.UUID) -> Answer:
    """Answer, privately or to everybody."""
    call, form = authorised(queries.call_by_code(code)), AnswerForm()
    question = _question(call, question_id)
    if not form.validate():
        return _answering(call, question, form), 422
    try:
        services.answer_question(
            call=call,
            question=question,
            answer=form.answer.data or "",
            public_text=form.public_text.data or "",
            public_answer=form.public_answer.data or "",
            actor=current_actor(),
            expected_version=form.expected_version,
        )
    except Invalid as error:
        form.add_error(error)
        return _answering(call, question, form), 422
    except Conflict as error:
        return _conflicting(call, question, form, error), 409
    flash(gettext("The answer was sent."), "success")
    return redirect(url_for("calls.all_questions", code=code), code=303)


def _conflicting(call: Call, question: CallQuestion, form: AnswerForm, error: Conflict) -> str:
    """What was typed beside what a colleague wrote meanwhile; the next press goes by the question as it is now."""
    form.add_error(error)
    form.version.data, form.version.raw_data = question.version, None
    return _answering(call, question, form, conflict=True)


def _answering(call: Call, question: CallQuestion, form: AnswerForm, conflict: bool = False) -> str:
    row = question_rows([question], call)[0]
    title = text(call.title, language_of(call))
    return render("calls/answer.html", title=title, code=call.code, row=row, form=form, conflict=conflict)


@bp.post("/<code>/questions/<uuid:question_id>/unpublish")
@requires("question.answer")
def unpublish_answer(code: str, question_id: uuid.UUID) -> Response:
    """Take a published answer off the public page."""
    call, form = authorised(queries.call_by_code(code)), MoveForm()
    question = _question(call, question_id)
    form.validate()
    services.unpublish_answer(
        call=call, question=question, actor=current_actor(), expected_version=form.expected_version
    )
    flash(gettext("The answer is off the public page. The person who asked still has theirs."), "success")
    return redirect(url_for("calls.answer", code=code, question_id=question_id), code=303)
