"""The working copy of a stage's form: opened from the form in use, saved step by step, thrown away."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from typing import Any

from sqlalchemy.exc import InvalidRequestError

from app.calls import queries
from app.calls.building import Document, Gone, check_structure, ids_of, part_ids_of
from app.calls.document import canonical_sha256
from app.calls.models import CallStage, FormDraft
from app.core import audit, transitions
from app.core.errors import Conflict, Invalid
from app.core.types import Actor
from app.extensions import db
from workflows.call_lifecycle import CallState
from workflows.machine import N_, Category

Change = Callable[[Document, frozenset[str]], Document]
SHA256 = re.compile(r"\b[0-9a-f]{64}\b")
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
    lock_draft(draft, expected_version)
    if document == draft.document:
        return draft
    draft.document = copy.deepcopy(document)
    draft.edited_by_name = actor.name[:120]
    db.session.flush()
    audit.record(draft, "form_draft.saved", actor, version=draft.version, sha256=canonical_sha256(document))
    return draft


def change_form(*, stage: CallStage, change: Change, actor: Actor, expected_version: int | None = None) -> FormDraft:
    """Change the stage's working copy by one operation; the first change opens it. ``expected_version`` 0: none yet.

    ``change`` gets the document as it is once the row is locked, and the ids that nothing new may get. What two
    people change in different places is kept from both. Raises ``Conflict`` when the place is gone.
    """
    known = queries.form_draft_of(stage)
    if expected_version is not None and (known.version if known else 0) != expected_version:
        raise Conflict()
    draft = known or form_draft(stage=stage, actor=actor)
    lock_draft(draft)
    try:
        document = change(draft.document, ids_ever(stage))
    except Gone as gone:
        raise Conflict() from gone
    return save_form_draft(draft=draft, document=document, actor=actor, expected_version=draft.version)


def ids_ever(stage: CallStage) -> frozenset[str]:
    """Every id of the forms that the stage ever used, as far as the call's history names them.

    A new question never gets the id of one that went away: answers to that one would become answers to it. Nor does a
    part of a question: its options, columns, lines and sources are named with their place, like ``mines/options/tin``.
    """
    entries = audit.history("call", stage.call.id)
    named = {word for entry in entries for word in SHA256.findall(json.dumps(entry.detail))}
    versions = [stage.form_version, *queries.form_versions_by_hash(named)]
    return frozenset().union(*(ids_of(one.document) | part_ids_of(one.document) for one in versions))


def discard_form_draft(*, draft: FormDraft, actor: Actor, expected_version: int | None = None) -> None:
    """Throw the working copy away; the form in use stays as it is. ``draft.call_stage.call`` must be loaded."""
    lock_draft(draft, expected_version)
    stage = draft.call_stage
    db.session.delete(draft)
    db.session.flush()
    audit.record(stage.call, "call.form_discarded", actor, stage=stage.key)


def lock_draft(draft: FormDraft, expected_version: int | None = None) -> None:
    """Lock the working copy as the person saw it; one that was thrown away or applied meanwhile is a conflict."""
    try:
        transitions.lock(draft, expected_version)
    except InvalidRequestError as gone:  # somebody threw it away, or applied it, a moment ago
        raise Conflict() from gone
