"""Applying a changed form: what differs, whom it touches, and the button that moves every draft to it."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from app.calls import present as call_present
from app.calls import queries as call_queries
from app.calls.document import FormError
from app.calls.models import Call, CallStage
from app.core.errors import Conflict, DomainError, Invalid, NotFound
from app.proposals import services
from app.proposals.forms import ApplyForm
from app.proposals.present.form_changes import form_changes_page
from app.proposals.views import bp
from app.proposals.views.loading import language
from app.web.filters import translate
from app.web.permissions import authorised, can, current_actor, requires
from app.web.rendering import render

ADDRESS = "/calls/<code>/forms/<stage>/changes"
Answer = Response | str | tuple[str, int]


def _stage(code: str, key: str) -> tuple[Call, CallStage]:
    """The call with its stages and programme, and the stage."""
    call = authorised(call_queries.call_by_code(code))
    stage = next((one for one in call.stages if one.key == key), None)
    if stage is None:
        raise NotFound()
    return call, stage


@bp.get(ADDRESS)
@requires("call.change")
def form_changes(code: str, stage: str) -> str:
    """The differences between the working copy and the form in use, and how many drafts each touches."""
    return _page(*_stage(code, stage), ApplyForm(formdata=None))


@bp.post(ADDRESS)
@requires("call.change_form")
def apply_form(code: str, stage: str) -> Answer:
    """Make the working copy the form in use."""
    (call, found), form = _stage(code, stage), ApplyForm()
    draft = call_queries.form_draft_of(found)
    if not form.validate():
        return _page(call, found, form), 422
    try:
        if draft is None:
            raise Conflict()
        done = services.apply_form(
            stage=found,
            draft=draft,
            reason=form.reason.data or "",
            actor=current_actor(),
            expected_version=form.expected_version,
            base=form.base.data or "",
        )
    except FormError as error:
        return _page(call, found, form, call_present.flaw_lines(error)), 422
    except DomainError as error:
        form.add_error(error)
        return _page(call, found, form, notice="" if isinstance(error, Invalid) else translate(error)), _status(error)
    flash(_done(done), "success")
    return redirect(url_for("proposals.form_changes", code=code, stage=stage), code=303)


def _status(error: DomainError) -> int:
    return 422 if isinstance(error, Invalid) else 409


def _done(done: services.Applied) -> str:
    moved = ngettext(
        "The form is in use. %(num)s draft moved to it with every answer.",
        "The form is in use. %(num)s drafts moved to it with every answer.",
        done.moved,
    )
    return moved if done.moved else gettext("The form is in use.")


def _page(call: Call, stage: CallStage, form: ApplyForm, flaws: tuple[str, ...] = (), notice: str = "") -> str:
    draft = call_queries.form_draft_of(stage)
    page = form_changes_page(stage, draft, language(), flaws)
    form.version.data, form.base.data = page.version, page.base
    form.version.raw_data = form.base.raw_data = None
    may_apply = bool(can("call.change_form", call))
    return render("proposals/form_changes.html", page=page, form=form, may_apply=may_apply, notice_text=notice)
