"""Changing the form of a call that is open: drafts move to the new form with every answer, what was submitted stays."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from app.calls import queries as call_queries
from app.calls import services as calls
from app.calls.form_changes import Change, differences, has_answer
from app.calls.form_schema import Form
from app.calls.models import CallStage, FormDraft, FormVersion
from app.core import audit, outbox
from app.core.errors import Invalid
from app.core.types import Actor
from app.extensions import db
from app.proposals import queries
from app.proposals.carrying import carry
from app.proposals.models import StageSubmission
from app.proposals.services.facts import refuse
from workflows.call_lifecycle import CallState
from workflows.machine import N_
from workflows.proposal_submission import StageState

DRAFT = StageState.DRAFT.value


@dataclass(frozen=True)
class Impact:
    """How many drafts will move and how much stays as it is; for each difference, how many drafts answered there."""

    drafts: int
    waiting: int
    submitted: int
    touched: tuple[tuple[Change, int], ...]


@dataclass(frozen=True)
class Applied:
    """What a change of form did."""

    moved: int
    stayed: int


def form_impact(stage: CallStage, new: Form) -> Impact:
    """What a new form would change for those who apply: counts alone, nothing of what they wrote."""
    changes = differences(call_queries.form_of(stage), new)
    states: Counter[str] = Counter()
    answered: Counter[int] = Counter()
    for written in queries.written_in(stage.id):
        states[written.state] += 1
        if written.state == DRAFT:
            answered.update(n for n, one in enumerate(changes) if has_answer(one, written.answers, written.files))
    waiting = states[StageState.AWAITING_SIGN_OFF.value]
    return Impact(
        drafts=states[DRAFT],
        waiting=waiting,
        submitted=sum(states.values()) - states[DRAFT] - waiting,
        touched=tuple((change, answered[number]) for number, change in enumerate(changes)),
    )


def apply_form(
    *, stage: CallStage, draft: FormDraft, reason: str, actor: Actor, expected_version: int | None, base: str
) -> Applied:
    """Make a working copy the form in use and move every draft to it, in one transaction.

    ``base`` is the SHA-256 of the form in use that the person saw. Raises ``FormError``, ``Invalid``, ``Conflict`` and
    ``MoveRefused``. ``stage.call`` must have its stages and its programme.
    """
    calls.lock_for_change(stage=stage, draft=draft, expected_version=expected_version, base=base)
    refuse(calls.why_no_change(stage))
    if stage.call.state != CallState.DRAFT.value and not reason.strip():
        raise Invalid(N_("Give a reason; it stays in the history of the call."), field="reason")
    content = calls.check_form(stage=stage, document=draft.document)
    idents = queries.drafts_to_move(stage.id)
    stayed = sum(1 for written in queries.written_in(stage.id) if written.state != DRAFT)
    after = calls.put_form(
        stage=stage, draft=draft, content=content, reason=reason.strip(), actor=actor, moved=len(idents), stayed=stayed
    )
    found = (queries.locked_draft(ident) for ident in idents)
    moved = [move_to_form(submission=one, version=after, actor=actor) for one in found if one is not None]
    return Applied(sum(moved), stayed)


def move_to_form(*, submission: StageSubmission, version: FormVersion, actor: Actor) -> bool:
    """Give a locked draft another form, keep every answer, and tell its writers; false when it has that form already."""
    before = submission.form_version
    if before.id == version.id:
        return False
    carried = carry(
        queries.form_of(submission),
        before.sha256,
        call_queries.read_form(version),
        submission.answers,
        submission.kept_answers,
        queries.earlier_forms(submission),
    )
    submission.answers, submission.kept_answers = carried.answers, carried.kept
    submission.earlier_forms = [*(sha for sha in submission.earlier_forms if sha != before.sha256), before.sha256]
    submission.form_version = version
    db.session.flush()
    forms: dict[str, Any] = {"form_before": before.sha256, "form_after": version.sha256}
    audit.record(submission, "stage_submission.form_changed", actor, stage=submission.call_stage.key, **forms)
    outbox.publish("call.form_changed", submission, actor, proposal_id=submission.proposal_id, **forms)
    return True


def hold_form(stage: CallStage) -> FormVersion:
    """The form that a stage gives out, held as it is until this transaction ends: no change of form comes between."""
    db.session.refresh(stage, ["form_version_id", "version"], with_for_update={"read": True, "of": CallStage})
    held = db.session.get(FormVersion, stage.form_version_id)
    assert held is not None
    return held


def catch_up(*, submission: StageSubmission, version: FormVersion, actor: Actor) -> None:
    """Bring what has just become a draft again to the form that its stage gives out now (see ``hold_form``)."""
    if submission.state == DRAFT:
        move_to_form(submission=submission, version=version, actor=actor)
