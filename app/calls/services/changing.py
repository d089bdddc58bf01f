"""Giving a stage another form: its working copy, checked as strictly as a whole call, becomes the form in use."""

from __future__ import annotations

from typing import Any

from sqlalchemy import inspect

from app.calls import document as documents
from app.calls.document import Flaw, FormError
from app.calls.models import Call, CallStage, FormDraft, FormVersion
from app.calls.services.exporting import document_of
from app.calls.services.form_context import context_flaws
from app.calls.services.form_drafts import lock_draft
from app.calls.services.importing import store_form
from app.core import audit, clock
from app.core.errors import Conflict, Invalid
from app.core.types import Actor
from app.extensions import db
from workflows.call_lifecycle import CallState
from workflows.machine import N_, Refusal

CHANGES = frozenset({CallState.DRAFT.value, CallState.PUBLISHED.value, CallState.OPEN.value})


def why_no_change(stage: CallStage) -> Refusal | None:
    """Nothing, or why the form of this stage no longer changes. ``stage.call`` must be loaded.

    The stage's own closing decides, for all alike: what came by then was judged by the form that was asked, and one
    applicant who has more time is judged beside those. A stage that still takes proposals is free whatever else closed.
    """
    call = stage.call
    if call.state not in CHANGES:
        return Refusal(N_("This call takes no proposals any more; its forms no longer change."))
    if call.state != CallState.DRAFT.value and clock.now() >= stage.closes_at:
        return Refusal(N_("This stage has closed. What was asked was judged, so its form no longer changes."))
    return None


def check_form(*, stage: CallStage, document: dict[str, Any]) -> dict[str, Any]:
    """The content of a form version made of a working copy; raises ``FormError`` with every flaw and its path.

    The whole call is checked with the new form in it: rules, threshold checks and rubric may name its questions, and
    what it calls a standard question must be the one of the library.
    """
    call = stage.call
    whole = document_of(call)
    place = next(number for number, one in enumerate(call.stages) if one.id == stage.id)
    form = {name: value for name, value in document.items() if (name, value) != ("currency", call.currency)}
    whole["stages"][place]["form"] = form
    try:
        documents.parse(whole)
    except FormError as error:
        own, known = f"stages[{place}].form.", _known_flaws(call)
        flaws = [Flaw(f.path.removeprefix(own), f.message, f.params) for f in error.flaws if f not in known]
        if flaws:
            raise FormError(flaws) from error
    if missing := context_flaws(stage, document):
        raise FormError(missing)
    return {"currency": call.currency, **form}


def _known_flaws(call: Call) -> tuple[Flaw, ...]:
    """What a call that was published before a rule of writing calls became stricter has against it anyhow."""
    if call.state == CallState.DRAFT.value:
        return ()
    try:
        documents.parse(document_of(call))
    except FormError as error:
        return error.flaws
    return ()


def lock_for_change(*, stage: CallStage, draft: FormDraft, expected_version: int | None, base: str) -> None:
    """Lock call, stage and working copy, in this order; refuse when the person saw another copy or another form in use."""
    for row in (stage.call, stage):
        _lock_but_its_key(row)
    db.session.refresh(stage, ["form_version"])
    if stage.form_version.sha256 != base:
        raise Conflict()
    lock_draft(draft, expected_version)


def _lock_but_its_key(row: Call | CallStage) -> None:
    """Lock a row and read it anew, without holding up those who merely refer to it: they hold drafts this change needs."""
    columns = [column.key for column in inspect(type(row)).column_attrs]
    db.session.refresh(row, attribute_names=columns, with_for_update={"key_share": True, "of": type(row)})


def put_form(
    *, stage: CallStage, draft: FormDraft, content: dict[str, Any], reason: str, actor: Actor, moved: int, stayed: int
) -> FormVersion:
    """Make the checked content the form in use; the working copy is used up. The rows must be locked."""
    before, after = stage.form_version, store_form(content)
    if before.id == after.id:
        raise Invalid(N_("The working copy says the same as the form in use; there is nothing to apply."))
    stage.form_version = after
    db.session.delete(draft)
    db.session.flush()
    call = stage.call
    call.document_sha256 = documents.canonical_sha256(document_of(call))
    db.session.flush()
    audit.record(
        call,
        "call.form_changed",
        actor,
        reason=reason,
        stage=stage.key,
        form_before=before.sha256,
        form_after=after.sha256,
        document_sha256=call.document_sha256,
        moved=moved,
        stayed=stayed,
    )
    return after
