"""Who changed which answer, and when: kept for the applicant's side beside the answers themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.calls.form_schema import is_empty
from app.core import clock
from app.core.types import Actor
from app.extensions import db
from app.proposals import queries
from app.proposals.models import AnswerChange, StageSubmission
from app.proposals.rewriting import goes_on
from app.proposals.services.presence import note_presence


def record_changes(
    *, submission: StageSubmission, before: Mapping[str, Any], after: Mapping[str, Any], actor: Actor
) -> None:
    """Keep how each answer changed, by question id; the caller holds the lock of the submission.

    What one person writes in one go is one change. What nobody answered is left out of ``before`` or of ``after``.
    """
    differing = [q for q in dict.fromkeys([*before, *after]) if _differs(before.get(q), after.get(q))]
    if not differing:
        return
    last = queries.last_changes(submission.id, differing)
    for question_id in differing:
        _keep(submission, question_id, before.get(question_id), after.get(question_id), actor, last.get(question_id))
    db.session.flush()
    if actor.person_id is not None:
        section = queries.form_of(submission).section_of(differing[0])
        note_presence(submission=submission, section_id=section.id if section else "", actor=actor)


def _differs(old: Any, new: Any) -> bool:
    return bool(old != new and not (is_empty(old) and is_empty(new)))


def _is_own(submission: StageSubmission, last: AnswerChange, actor: Actor) -> bool:
    return last.person_id == actor.person_id and last.form_sha256 == submission.form_version.sha256


def _keep(
    submission: StageSubmission, question_id: str, old: Any, new: Any, actor: Actor, last: AnswerChange | None
) -> None:
    now = clock.now()
    goes_on_now = last and _is_own(submission, last, actor) and last.after == old and last.before != new
    if last and goes_on_now and goes_on(last.created_at, now, old, new):
        last.after, last.at = new, now
        return
    db.session.add(
        AnswerChange(
            stage_submission_id=submission.id,
            form_sha256=submission.form_version.sha256,
            question_id=question_id,
            person_id=actor.person_id,
            person_name=actor.name,
            before=old,
            after=new,
            at=now,
        )
    )
