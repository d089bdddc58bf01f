"""Writing a call page by page: a document with gaps is kept; whole, it is a draft call and stays in step with it."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy.orm.attributes import set_committed_value

from app.calls import document as documents
from app.calls import queries
from app.calls.document import CallDocument, Flaw, FormError
from app.calls.drafting import clock_flaws, tidy, without_repeats
from app.calls.models import Call, CallDraft, CallStage
from app.calls.services.exporting import document_of, form_document
from app.calls.services.form_drafts import discard_form_draft
from app.calls.services.importing import create_call, refill, store_form
from app.core import audit, clock, transitions
from app.core.errors import Conflict, Invalid
from app.core.types import Actor
from app.extensions import db
from app.identity.models import Programme
from workflows.call_lifecycle import CallState
from workflows.machine import N_

Change = Callable[[dict[str, Any]], dict[str, Any]]
EVERY_PART = "*"
MOST_CHARACTERS = 3_000_000
ONE_SITTING = timedelta(hours=1)


def start_draft(*, programme: Programme, actor: Actor) -> CallDraft:
    """Begin a new call of a programme with an empty document."""
    told = {"code": programme.code, "name": programme.name, "description": programme.description or ""}
    document = tidy({"programme": {name: value for name, value in told.items() if value}, "languages": ["en"]})
    draft = _new(programme, document, actor)
    audit.record(draft, "call_draft.started", actor, programme=programme.code)
    return draft


def edit_call(*, call: Call, actor: Actor) -> CallDraft:
    """The editor's row of a draft call; the first time, made of the call as it is. Raises ``Invalid`` once published."""
    transitions.lock(call)
    if call.state != CallState.DRAFT.value:
        raise Invalid(N_("The call %(code)s is no longer a draft; what was published never changes."), code=call.code)
    known = queries.draft_of(call.id)
    if known is not None:
        return known
    draft = _new(call.programme, copy.deepcopy(document_of(call)), actor)
    draft.call, draft.is_whole = call, True
    draft.stage_ids = [str(stage.id) for stage in call.stages]
    db.session.flush()
    return draft


def _new(programme: Programme, document: dict[str, Any], actor: Actor) -> CallDraft:
    draft = CallDraft(
        programme=programme,
        document=document,
        stage_ids=[],
        parts={},
        edited_at=clock.now(),
        edited_by_name=actor.name[:120],
    )
    db.session.add(draft)
    db.session.flush()
    return draft


def document_of_draft(draft: CallDraft) -> dict[str, Any]:
    """The document as it is now: the form of a stage that the call has already is the one that stage has."""
    document = copy.deepcopy(draft.document)
    stages = document.get("stages")
    for told, stage in zip(stages if isinstance(stages, list) else [], kept_stages(draft), strict=False):
        if stage is not None and isinstance(told, dict):
            told["form"] = form_document(stage, draft.call.currency if draft.call else "")
    return document


def kept_stages(draft: CallDraft) -> list[CallStage | None]:
    """For each stage of the document, the stage of the draft call that it is."""
    known = {str(stage.id): stage for stage in draft.call.stages} if draft.call else {}
    told = draft.document.get("stages")
    ids = [*draft.stage_ids, *[None] * 100][: len(told) if isinstance(told, list) else 0]
    return [known.get(ident) if ident else None for ident in ids]


def save_part(
    *,
    draft: CallDraft,
    part: str,
    change: Change,
    actor: Actor,
    expected_version: int | None,
    stage_ids: Callable[[list[str | None]], list[str | None]] | None = None,
) -> tuple[Flaw, ...]:
    """Change one part of the document, flaws and gaps included, and return what is wrong with the whole of it.

    ``stage_ids`` is given when stages are added, moved or taken away. Raises ``Conflict`` when somebody else changed the
    same part since ``expected_version``, and ``Invalid`` when the document grows beyond all measure.
    """
    _lock(draft, part, expected_version)
    before = document_of_draft(draft)
    document = change(copy.deepcopy(before))
    if document == before and stage_ids is None:
        return flaws_of(draft, document)[0]
    if len(json.dumps(document)) > MOST_CHARACTERS:
        raise Invalid(N_("The call has become too large to keep. Shorten it."))
    draft.document = document
    if stage_ids is not None:
        draft.stage_ids = stage_ids(_padded(draft, before))
    draft.parts = {**draft.parts, part if stage_ids is None else EVERY_PART: draft.version + 1}
    draft.edited_at, draft.edited_by_name = clock.now(), actor.name[:120]
    flaws = _keep_in_step(draft, document, actor)
    db.session.flush()
    return flaws


def _padded(draft: CallDraft, document: dict[str, Any]) -> list[str | None]:
    """One entry for every stage of the document, nothing for those that the call does not have."""
    count = len(document.get("stages", []))
    return [*draft.stage_ids, *[None] * count][:count]


def _lock(draft: CallDraft, part: str, expected_version: int | None) -> None:
    """Lock the row, then its call, and read both anew; refuse when the part is not as the person saw it."""
    transitions.lock(draft)
    call = queries.get_call(draft.call_id, fresh=True) if draft.call_id else None
    set_committed_value(draft, "call", call)
    if call is not None:
        transitions.lock(call)
        if call.state != CallState.DRAFT.value:
            raise Conflict()
    changed = max(draft.parts.get(part, 0), draft.parts.get(EVERY_PART, 0))
    if expected_version is not None and changed > expected_version:
        raise Conflict()


def flaws_of(draft: CallDraft, document: dict[str, Any]) -> tuple[tuple[Flaw, ...], CallDocument | None]:
    """Everything that is wrong or missing, with its place, and the checked document when nothing is."""
    flaws = [*clock_flaws(document), *_taken(draft, document)]
    parsed = None
    try:
        parsed = documents.parse(document)
    except FormError as error:
        flaws += error.flaws
    found = without_repeats(tuple(flaws))
    return found, None if found else parsed


def _taken(draft: CallDraft, document: dict[str, Any]) -> list[Flaw]:
    """Code and prefix belong to one call each."""
    flaws = []
    for path, find, message in (
        ("code", queries.call_by_code, N_("There is a call with this code already.")),
        ("reference_prefix", queries.call_by_prefix, N_("Another call uses this prefix.")),
    ):
        value = document.get(path)
        with db.session.no_autoflush:
            other = find(value) if isinstance(value, str) else None
        if other is not None and other.id != draft.call_id:
            flaws.append(Flaw(path, message))
    return flaws


def _keep_in_step(draft: CallDraft, document: dict[str, Any], actor: Actor) -> tuple[Flaw, ...]:
    """Make or rewrite the draft call when the document is whole; otherwise the call stays as it last was."""
    flaws, parsed = flaws_of(draft, document)
    draft.is_whole = parsed is not None
    if parsed is None:
        return flaws
    call = draft.call
    if call is None:
        call = create_call(parsed, draft.programme, actor)
    else:
        call = refill(call, parsed, kept_stages(draft))
        _record_edit(call, parsed, actor)
    draft.call, draft.stage_ids = call, [str(stage.id) for stage in call.stages]
    return flaws


def _record_edit(call: Call, parsed: CallDocument, actor: Actor) -> None:
    """One entry for a sitting of one person, however often their page saves itself."""
    entries = audit.history(Call.__tablename__, call.id)
    last = entries[-1] if entries else None
    mine = last is not None and last.action == "call.edited" and last.actor_id == actor.person_id
    if last is None or not mine or clock.now() - last.at > ONE_SITTING:
        audit.record(call, "call.edited", actor, sha256=parsed.sha256)


def save_forms(
    *,
    draft: CallDraft,
    part: str,
    forms: Mapping[int, dict[str, Any]],
    change: Change,
    actor: Actor,
    expected_version: int | None,
) -> tuple[Flaw, ...]:
    """Give stages other forms and ``change`` the rest. While the whole has flaws, the stages of the call get them alone."""

    def changed(document: dict[str, Any]) -> dict[str, Any]:
        for number, form in forms.items():
            document["stages"][number]["form"] = copy.deepcopy(form)
        return change(document)

    flaws = save_part(draft=draft, part=part, change=changed, actor=actor, expected_version=expected_version)
    if draft.call is not None and not draft.is_whole:
        kept = kept_stages(draft)
        for number, form in forms.items():
            stage = kept[number] if number < len(kept) else None
            if stage is not None:
                stage.form_version = store_form({"currency": draft.call.currency, **form})
        db.session.flush()
    return flaws


def set_form(
    *, draft: CallDraft, number: int, form: dict[str, Any], actor: Actor, expected_version: int | None
) -> tuple[Flaw, ...]:
    """Give a stage another form. Its working copy in the form builder, if there is one, is thrown away."""
    kept = kept_stages(draft)
    stage = kept[number] if number < len(kept) else None
    part = f"form-{number}"
    flaws = save_forms(
        draft=draft, part=part, forms={number: form}, change=dict, actor=actor, expected_version=expected_version
    )
    copied = queries.form_draft_of(stage) if stage else None
    if copied is not None:
        discard_form_draft(draft=copied, actor=actor)
    return flaws


def discard_draft(*, draft: CallDraft, actor: Actor) -> None:
    """Throw away a call that never became whole. A draft call is cancelled instead, so that its history stays."""
    transitions.lock(draft)
    if draft.call_id is not None:
        raise Invalid(N_("This is a draft call already: cancel it on its own page."))
    audit.record(draft, "call_draft.discarded", actor, code=str(draft.document.get("code", "")))
    db.session.delete(draft)
    db.session.flush()
