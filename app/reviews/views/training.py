"""The training round: the staff's list of cases, and a reviewer scoring one."""

from __future__ import annotations

import uuid

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.calls import form_schema
from app.calls import queries as calls_queries
from app.calls.models import Call
from app.core.errors import NotFound
from app.reviews import services
from app.reviews.forms.training import CaseForm, Fields, ScoresForm, read_known, read_scores
from app.reviews.models import TrainingCase
from app.reviews.present.parts import locale, title_of
from app.reviews.present.training import case_rows, criterion_rows
from app.reviews.queries import training as rows_of
from app.reviews.views import bp
from app.web.forms import AssayForm
from app.web.permissions import authorised, can, current_actor, requires
from app.web.rendering import render


@bp.get("/calls/<uuid:call_id>/training")
@requires("training.see")
def training(call_id: uuid.UUID) -> str:
    """The cases of a call: to be scored by reviewers, to be written by staff."""
    return _list(authorised(calls_queries.get_call(call_id)), CaseForm(formdata=None, data={"tolerance": 1}))


def _list(call: Call, form: CaseForm, typed: Fields | None = None) -> str:
    cases, me = rows_of.cases_of(call.id), current_actor().person_id
    ids = [case.id for case in cases]
    writes = bool(can("training.write", call))
    return render(
        "reviews/training.html",
        title=title_of(call.title),
        call_id=str(call.id),
        wanted=bool(call.process.get("training", False)),
        rows=case_rows(cases, rows_of.answered_by(me, ids) if me else (), rows_of.people_who_answered(ids)),
        criteria=criterion_rows(services.rubric_of_call(call), typed=typed) if writes else (),
        form=form,
        token=AssayForm(formdata=None),
        may_write=writes,
    )


@bp.post("/calls/<uuid:call_id>/training")
@requires("training.write")
def write_case(call_id: uuid.UUID) -> ResponseReturnValue:
    """Add a case."""
    call, form = authorised(calls_queries.get_call(call_id)), CaseForm()
    fields = request.form.to_dict(flat=False)
    written = form.took(
        lambda: services.write_case(
            call=call,
            title=form.title.data or "",
            text=form.text.data or "",
            expected=read_known(services.rubric_of_call(call), fields),
            tolerance=form.tolerance.data,
            actor=current_actor(),
        )
    )
    if not written:
        return _list(call, form, fields), 422
    flash(gettext("The case is added."), "success")
    return redirect(url_for("reviews.training", call_id=call.id), code=303)


def _case(ident: uuid.UUID) -> TrainingCase:
    case = rows_of.get_case(ident)
    if case is None:
        raise NotFound()
    authorised(case.call)
    return case


@bp.post("/training/<uuid:ident>/retire")
@requires("training.write")
def retire_case(ident: uuid.UUID) -> ResponseReturnValue:
    """Take a case out of use."""
    case = _case(ident)
    services.retire_case(case=case, actor=current_actor())
    flash(gettext("The case is out of use."), "success")
    return redirect(url_for("reviews.training", call_id=case.call_id), code=303)


@bp.get("/training/<uuid:ident>")
@requires("training.answer")
def training_case(ident: uuid.UUID) -> str:
    """A case to score; the known scores stand beside one's own once there are some."""
    return _case_page(_case(ident), ScoresForm(formdata=None))


def _case_page(case: TrainingCase, form: ScoresForm, typed: Fields | None = None) -> str:
    me = current_actor().person_id
    answer = rows_of.last_answer(case.id, me) if me else None
    return render(
        "reviews/training_case.html",
        title=form_schema.text(case.title, locale()),
        text=form_schema.text(case.text, locale()),
        call=title_of(case.call.title),
        call_id=str(case.call_id),
        ident=str(case.id),
        criteria=criterion_rows(services.rubric_of_call(case.call), case, answer, typed),
        near=answer.within if answer else 0,
        asked=answer.asked if answer else 0,
        answered=answer is not None,
        form=form,
    )


@bp.post("/training/<uuid:ident>")
@requires("training.answer")
def answer_case(ident: uuid.UUID) -> ResponseReturnValue:
    """Keep the scores and show the known ones."""
    case, form = _case(ident), ScoresForm()
    fields = request.form.to_dict(flat=False)
    scores = read_scores(services.rubric_of_call(case.call), fields)
    if not form.took(lambda: services.answer_case(case=case, scores=scores, actor=current_actor())):
        return _case_page(case, form, fields), 422
    return redirect(url_for("reviews.training_case", ident=case.id), code=303)
