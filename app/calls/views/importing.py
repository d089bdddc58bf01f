"""Making a draft call of a file in the browser: check it, look at what it makes, import it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.calls import document as documents
from app.calls import present, queries, services
from app.calls.document import FormError
from app.calls.forms import ImportForm, readable
from app.calls.views import bp
from app.core.errors import Invalid
from app.identity import queries as identity_queries
from app.identity.models import Programme
from app.web.permissions import authorised, current_actor, requires
from app.web.rendering import render
from workflows.call_lifecycle import CallState

Made = TypeVar("Made")


def _programme(code: str) -> Programme:
    return authorised(identity_queries.programme_by_code(code))


@bp.get("/import/<programme_code>")
@requires("call.import")
def import_form(programme_code: str) -> str:
    """Ask for the file; ``edit`` names a draft of the programme whose text is to be changed."""
    programme, form = _programme(programme_code), ImportForm()
    draft = queries.call_by_code(request.args.get("edit", ""))
    if draft is not None and draft.programme_id == programme.id and draft.state == CallState.DRAFT:
        form.text.data = documents.write_yaml(services.document_of(draft))
    return _page(programme, form)


@bp.post("/import/<programme_code>")
@requires("call.import")
def import_check(programme_code: str) -> str | tuple[str, int]:
    """Say everything that is wrong with the file, or show what it would make. Nothing is kept."""
    programme, form = _programme(programme_code), ImportForm()
    parsed, flaws = _take(form, lambda read: services.check_document(document=read, programme=programme))
    if parsed is None:
        return _page(programme, form, flaws), 422
    return _page(programme, form, preview=present.import_preview(parsed, queries.call_by_code(parsed.code)))


@bp.post("/import/<programme_code>/save")
@requires("call.import")
def import_save(programme_code: str) -> Response | tuple[str, int]:
    """Import the checked text as a draft."""
    programme, form = _programme(programme_code), ImportForm()
    actor = current_actor()
    call, flaws = _take(form, lambda read: services.import_call(document=read, actor=actor, programme=programme))
    if call is None:
        return _page(programme, form, flaws), 422
    flash(gettext("The call was imported as a draft. Look at it, then publish it."), "success")
    return redirect(url_for("calls.manage", code=call.code), code=303)


def _take(form: ImportForm, act: Callable[[dict[str, Any]], Made]) -> tuple[Made | None, Sequence[str]]:
    """What is made of the file, or every flaw that stands against it."""
    form.validate()
    form.text.data, document, flaws = _read(form)
    if flaws or document is None:
        return None, flaws
    try:
        return act(document), ()
    except (FormError, Invalid) as error:
        return None, present.flaw_lines(error)


def _read(form: ImportForm) -> tuple[str, dict[str, Any] | None, Sequence[str]]:
    """The text as typed or uploaded, the document it holds, and what makes it unreadable."""
    content = form.content()
    text = content.decode("utf-8-sig", "replace") if isinstance(content, bytes) else content
    try:
        return text, documents.read_yaml(content), ()
    except FormError as error:
        return readable(text[: documents.MAX_BYTES]), None, present.flaw_lines(error)


def _page(
    programme: Programme,
    form: ImportForm,
    flaws: Sequence[str] = (),
    preview: present.ImportPreview | None = None,
) -> str:
    return render(
        "calls/import.html",
        programme=present.programme_links([programme])[0],
        form=form,
        flaws=tuple(("", line) for line in flaws),
        preview=preview,
    )
