"""Writing a call without a file: begin one, its task list, and the page before publishing."""

from __future__ import annotations

import uuid

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.calls import present, queries, services
from app.calls.models import CallDraft
from app.calls.present import drafts as draft_present
from app.calls.present.publishing import publish_page
from app.calls.views import bp
from app.core import clock
from app.identity import queries as identity_queries
from app.web.permissions import authorised, can, current_actor, requires
from app.web.rendering import render
from workflows.actors import MANAGER, OFFICER


def load_draft(draft_id: uuid.UUID) -> CallDraft:
    """A call that is being written, for who may change it."""
    return authorised(queries.get_draft(draft_id))


@bp.get("/new")
@requires("call.list")
def new_call() -> str:
    """Choose a programme and what to begin with."""
    person = authorised(identity_queries.get_person(current_actor().person_id))
    held = identity_queries.programmes_with_role(person.id, MANAGER, OFFICER)
    managed = identity_queries.programmes_with_role(person.id, MANAGER)
    programmes = [p for p in identity_queries.list_programmes() if p.id in held]
    calls = [call for call in queries.calls_of_programmes(managed) if call.published_at is not None]
    return render(
        "calls/draft/new.html",
        programmes=[(p.name, url_for("calls.begin_call", programme_code=p.code)) for p in programmes],
        imports=present.programme_links(p for p in programmes if p.id in managed),
        copies=[
            (card.title, url_for("calls.copy_form", code=card.code)) for card in present.call_cards(calls, clock.now())
        ],
    )


@bp.post("/new/<programme_code>")
@requires("call.change")
def begin_call(programme_code: str) -> Response:
    """Begin an empty call."""
    programme = authorised(identity_queries.programme_by_code(programme_code))
    draft = services.start_draft(programme=programme, actor=current_actor())
    return redirect(url_for("calls.draft_part", draft_id=draft.id, part="basics"), code=303)


@bp.post("/<code>/edit")
@requires("call.change")
def edit_call(code: str) -> Response:
    """Open a draft call in the editor."""
    call = authorised(queries.call_by_code(code))
    draft = services.edit_call(call=call, actor=current_actor())
    return redirect(url_for("calls.draft", draft_id=draft.id), code=303)


@bp.get("/drafts/<uuid:draft_id>")
@requires("call.change")
def draft(draft_id: uuid.UUID) -> str:
    """The task list of a call that is being written."""
    found = load_draft(draft_id)
    document = services.document_of_draft(found)
    flaws, _ = services.flaws_of(found, document)
    return render(
        "calls/draft/tasks.html",
        head=draft_present.draft_head(found, document),
        groups=draft_present.task_groups(found, document, flaws),
        lacking=draft_present.lacking(flaws),
        flaw_count=len(flaws),
        may_copy=found.call is not None and bool(can("call.import", found)),
        discard_url="" if found.call_id else url_for("calls.discard_draft", draft_id=found.id),
    )


@bp.get("/drafts/<uuid:draft_id>/check")
@requires("call.change")
def draft_check(draft_id: uuid.UUID) -> str:
    """What is still missing or wrong; when nothing is, what publishing would freeze."""
    found = load_draft(draft_id)
    document = services.document_of_draft(found)
    flaws, parsed = services.flaws_of(found, document)
    call, page = found.call, None
    if call is not None and parsed is not None:
        fingerprint = services.fingerprint(call)
        copies = queries.form_drafts_of_call(call.id)
        page = publish_page(call, fingerprint, services.offers(call, current_actor()), copies)
    return render(
        "calls/draft/check.html",
        head=draft_present.draft_head(found, document),
        groups=draft_present.mend_groups(found, document, flaws),
        lacking=draft_present.lacking(flaws),
        page=page,
    )


@bp.post("/drafts/<uuid:draft_id>/discard")
@requires("call.change")
def discard_draft(draft_id: uuid.UUID) -> Response:
    """Throw away a call that never became whole."""
    found = load_draft(draft_id)
    if request.form.get("sure") != "yes":
        flash(gettext("Nothing was thrown away: tick the box first."), "warning")
        return redirect(url_for("calls.draft", draft_id=found.id), code=303)
    services.discard_draft(draft=found, actor=current_actor())
    flash(gettext("The unfinished call was thrown away."), "success")
    return redirect(url_for("calls.manage_list"), code=303)
