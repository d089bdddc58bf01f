"""One page of the call editor: what is typed is kept with its flaws, rows come and go, two people never overwrite each other."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from flask import flash, jsonify, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.calls import drafting, queries, services
from app.calls.drafting import Page
from app.calls.forms import PartForm
from app.calls.models import CallDraft
from app.calls.present.draft_fields import Writing, anchor, sentence
from app.calls.present.drafts import part_page, part_url, stage_choices
from app.calls.strict import Flaw
from app.calls.views import bp
from app.calls.views.editing import load_draft
from app.core.errors import Conflict, Invalid, NotFound
from app.web import transaction
from app.web.filters import translate
from app.web.permissions import current_actor, requires
from app.web.rendering import render

Answer = Response | str | tuple[str, int]
ADDRESS = "/drafts/<uuid:draft_id>/parts/<part>"


def _page_of(document: Mapping[str, Any], part: str) -> Page:
    page = drafting.page_of(document, part)
    if page is None or part.startswith("form-"):
        raise NotFound()
    return page


@bp.get(ADDRESS)
@requires("call.change")
def draft_part(draft_id: uuid.UUID, part: str) -> Answer:
    """The page of a part; with ``mend`` also what is only missing stands beside its field."""
    draft = load_draft(draft_id)
    document = services.document_of_draft(draft)
    flaws, _ = services.flaws_of(draft, document)
    shown = flaws if "mend" in request.args else _wrong(flaws)
    return _show(draft, _page_of(document, part), Writing(document, shown))


def _wrong(flaws: Sequence[Flaw]) -> tuple[Flaw, ...]:
    return tuple(flaw for flaw in flaws if not drafting.is_gap(flaw))


@bp.post(ADDRESS)
@requires("call.change")
def save_draft_part(draft_id: uuid.UUID, part: str) -> Answer:
    """Keep what was typed, then do what the button says."""
    draft, form = load_draft(draft_id), PartForm()
    page = _page_of(services.document_of_draft(draft), part)
    posted = dict(request.form.lists())
    if "X-Autosave" in request.headers:
        return _autosave(draft, page, form, posted)
    try:
        flaws = _save(draft, page, form, posted, request.form.get("do", ""))
    except Conflict:
        return _conflict(draft, part, posted)
    except Invalid as error:
        typed = drafting.patched(services.document_of_draft(draft), page, posted)
        return _show(draft, page, Writing(typed, ()), notice=translate(error)), 422
    return _onwards(draft, page, flaws)


def _save(
    draft: CallDraft, page: Page, form: PartForm, posted: Mapping[str, Sequence[str]], action: str
) -> tuple[Flaw, ...]:
    """Keep the fields and carry out the button of a row."""
    ids = (
        partial(drafting.acted_ids, action=action) if page.part == "stages" and drafting.allowed(page, action) else None
    )

    def change(document: dict[str, Any]) -> dict[str, Any]:
        now = drafting.page_of(document, page.part)
        if now is None:
            raise Conflict()
        changed = drafting.patched(document, now, posted)
        return drafting.acted(changed, now, action) if drafting.allowed(now, action) else changed

    return services.save_part(
        draft=draft,
        part=page.part,
        change=change,
        actor=current_actor(),
        expected_version=form.expected_version,
        stage_ids=ids,
    )


def _autosave(draft: CallDraft, page: Page, form: PartForm, posted: Mapping[str, Sequence[str]]) -> Response:
    """Save the fields that changed and say what is wrong with them; a conflict answers 409 by itself."""
    flaws = services.save_part(
        draft=draft,
        part=page.part,
        change=lambda document: drafting.patched(document, page, posted, partial=True),
        actor=current_actor(),
        expected_version=form.expected_version,
    )
    wrong = {flaw.path: sentence(flaw) for flaw in reversed(_wrong(flaws))}
    return jsonify(
        version=draft.version,
        saved_at=draft.edited_at.isoformat(),
        errors={name: wrong[name] for name in posted if name in wrong},
    )


def _onwards(draft: CallDraft, page: Page, flaws: Sequence[Flaw]) -> Answer:
    """To the next page; back to this one when a row came or went, or when something on it is wrong."""
    action = request.form.get("do", "")
    document = services.document_of_draft(draft)
    now = _page_of(document, page.part)
    if ":" in action:
        return redirect(part_url(draft, now, _anchor=_place(now, action)), code=303)
    mine = [f for f in _wrong(flaws) if drafting.part_of(drafting.pages_of(document), f.path).part == now.part]
    if mine:
        transaction.keep()
        return _show(draft, now, Writing(document, mine)), 422
    if action == "stay":
        flash(gettext("Saved."), "success")
        return redirect(part_url(draft, now), code=303)
    pages = drafting.pages_of(document)
    following = pages[[other.part for other in pages].index(now.part) + 1 :][:1]
    target = part_url(draft, following[0]) if following else url_for("calls.draft_check", draft_id=draft.id)
    return redirect(target, code=303)


def _place(page: Page, action: str) -> str:
    """Where to go on: the row that was added, or the list whose row went away."""
    verb, _, path = action.partition(":")
    rows = next((rows.rows for rows in page.lists() if rows.path == path), ())
    return anchor(rows[-1].path if verb == "add" and rows else path if verb == "add" else path.rpartition("[")[0])


def _conflict(draft: CallDraft, part: str, posted: Mapping[str, Sequence[str]]) -> Answer:
    """What was typed, with the other person's text where it differs. Saving again takes what stands in the fields."""
    theirs = services.document_of_draft(draft)
    page = drafting.page_of(theirs, part)
    if page is None:
        raise Conflict()
    typed = drafting.patched(theirs, page, posted)
    flaws, _ = services.flaws_of(draft, typed)
    shown = drafting.page_of(typed, part) or page
    known = {name for field in shown.fields() for name in field.names()} | set(PartForm()._fields) | {"do"}
    lost = [value for name, values in posted.items() if name not in known for value in values if value.strip()]
    words = gettext(
        "Somebody else saved this page meanwhile. Where you differ, both texts are shown: yours in the field."
    )
    return _show(draft, shown, Writing(typed, _wrong(flaws), theirs), notice=words, lost=lost), 409


def _show(draft: CallDraft, page: Page, writing: Writing, notice: str = "", lost: Sequence[str] = ()) -> str:
    view = part_page(draft, page, writing, lost)
    form = PartForm(formdata=None, version=view.head.version)
    begins = stage_choices(queries.stages_to_copy(draft.programme_id)) if page.part.startswith("rubric-") else None
    return render(
        "calls/draft/part.html", page=view, form=form, notice_text=notice, begins=begins, asks=_asks(draft, page)
    )


def _asks(draft: CallDraft, page: Page) -> str:
    """Where the button leads that writes the question for the window into the form."""
    windowed = page.part == "windows" and any(rows.rows for rows in page.lists())
    return url_for("calls.ask_for_window", draft_id=draft.id) if windowed else ""
