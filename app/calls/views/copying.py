"""A call as a file to keep, and as the beginning of the next one."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, flash, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as Redirect

from app.calls import document as documents
from app.calls import present, queries, services
from app.calls.document import FormError
from app.calls.forms import CopyForm
from app.calls.models import Call
from app.calls.views import bp
from app.core import clock
from app.core.errors import Invalid
from app.web.downloads import text_download
from app.web.permissions import authorised, current_actor, requires
from app.web.rendering import render


@bp.get("/<code>/file.yaml")
@requires("call.manage")
def call_file(code: str) -> Response:
    """The call as the file that would make it."""
    call = authorised(queries.call_by_code(code))
    return text_download(f"{call.code}.yaml", documents.write_yaml(services.document_of(call)), "application/yaml")


@bp.get("/<code>/copy")
@requires("call.import")
def copy_form(code: str) -> str:
    """Ask what is different in the new call."""
    return _page(authorised(queries.call_by_code(code)), CopyForm())


@bp.post("/<code>/copy")
@requires("call.import")
def copy_call(code: str) -> Redirect | tuple[str, int]:
    """Make a new draft of an earlier call."""
    call, form = authorised(queries.call_by_code(code)), CopyForm()
    if not form.validate():
        return _page(call, form), 422
    try:
        made = services.copy_call(
            call=call,
            code=form.code.data or "",
            reference_prefix=form.reference_prefix.data or "",
            opens_on=form.opens_on.data,
            actor=current_actor(),
        )
    except Invalid as error:
        form.add_error(error)
        return _page(call, form), 422
    except FormError as error:
        return _page(call, form, present.flaw_lines(error)), 422
    draft = services.edit_call(call=made, actor=current_actor())
    flash(gettext("The new call is a draft. Look at it, change what must change, then publish it."), "success")
    return redirect(url_for("calls.draft", draft_id=draft.id), code=303)


def _page(call: Call, form: CopyForm, flaws: Sequence[str] = ()) -> str:
    card = present.call_card(call, clock.now(), public=False)
    return render("calls/copy.html", card=card, form=form, flaws=tuple(("", line) for line in flaws))
