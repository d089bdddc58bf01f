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


def _differs(old: Any, new: Any) -> bool:
    return bool(old != new and not (is_empty(old) and is_empty(new)))


def _keep(
    submission: StageSubmission, question_id: str, old: Any, new: Any, actor: Actor, last: AnswerChange | None
) -> None:
    now = clock.now()
    if last and last.person_id == actor.person_id and last.after == old and goes_on(last.created_at, now, old, new):
        last.after, last.at = new, now
        return
    db.session.add(
        AnswerChange(
            stage_submission_id=submission.id,
            question_id=question_id,
            person_id=actor.person_id,
            person_name=actor.name,
            before=old,
            after=new,
            at=now,
        )
    )
