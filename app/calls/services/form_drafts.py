"""The working copy of a stage's form: opened from the form in use, saved step by step, thrown away."""

from __future__ import annotations

import copy
from typing import Any

from sqlalchemy.exc import InvalidRequestError

from app.calls import queries
from app.calls.building import check_structure
from app.calls.document import canonical_sha256
from app.calls.models import CallStage, FormDraft
from app.core import audit, transitions
from app.core.errors import Conflict, Invalid
from app.core.types import Actor
from app.extensions import db
from workflows.call_lifecycle import CallState
from workflows.machine import N_, Category

ENDED = frozenset({Category.DONE, Category.REFUSED, Category.WITHDRAWN})


def form_draft(*, stage: CallStage, actor: Actor) -> FormDraft:
    """The stage's working copy; when there is none, one is opened as a copy of the form in use. Raises ``Invalid``.

    ``stage.call`` must be loaded. Two who open it at once get the same one.
    """
    if CallState(stage.call.state).category in ENDED:
        raise Invalid(N_("This call has ended; its forms no longer change."))
    transitions.lock(stage)
    known = queries.form_draft_of(stage)
    if known is not None:
        return known
    draft = FormDraft(
        call_stage=stage,
        based_on=stage.form_version,
        document=copy.deepcopy(stage.form_version.document),
        edited_by_name=actor.name[:120],
    )
    db.session.add(draft)
    db.session.flush()
    audit.record(stage.call, "call.form_opened", actor, stage=stage.key)
    return draft


def save_form_draft(
    *, draft: FormDraft, document: dict[str, Any], actor: Actor, expected_version: int | None
) -> FormDraft:
    """Keep a document as the working copy: it may hold flaws, but has a form's shape and a size that can be shown.

    Raises ``Conflict`` when it is no longer the version that the person saw, or was thrown away, and ``FormError``.
    """
    check_structure(document)
    _lock(draft, expected_version)
    if document == draft.document:
        return draft
    draft.document = copy.deepcopy(document)
    draft.edited_by_name = actor.name[:120]
    db.session.flush()
    audit.record(draft, "form_draft.saved", actor, version=draft.version, sha256=canonical_sha256(document))
    return draft


def discard_form_draft(*, draft: FormDraft, actor: Actor, expected_version: int | None = None) -> None:
    """Throw the working copy away; the form in use stays as it is. ``draft.call_stage.call`` must be loaded."""
    _lock(draft, expected_version)
    stage = draft.call_stage
    db.session.delete(draft)
    db.session.flush()
    audit.record(stage.call, "call.form_discarded", actor, stage=stage.key)


def _lock(draft: FormDraft, expected_version: int | None) -> None:
    try:
        transitions.lock(draft, expected_version)
    except InvalidRequestError as gone:  # somebody threw it away, or applied it, a moment ago
        raise Conflict() from gone
