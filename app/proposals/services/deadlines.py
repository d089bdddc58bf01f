"""When a stage closes for one applicant: the call's closing time, more time given to them alone, the grace of the call.

The one place that tells it. Three words: *due* is the deadline people are told; *closes* is when a submission is refused,
which is later by the call's grace minutes for a draft begun in time and never submitted before; both are half open.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from app.calls.models import CallStage
from app.proposals import queries
from app.proposals.models import Proposal, SealedSubmission, StageExtension, StageSubmission
from workflows.lateness import seconds_late


def due_at(submission: StageSubmission) -> datetime:
    """The deadline of a submission as its applicant is told it."""
    return _latest(submission.call_stage, submission.proposal.extensions)


def closes_at(submission: StageSubmission) -> datetime:
    """The instant from which a submission is refused.

    Grace is for what was never submitted: a version that came in time is not replaced by one that came late.
    """
    return _refused_from(submission, was_sealed=bool(submission.sealed_number))


def came_in_time(submission: StageSubmission, first: SealedSubmission) -> bool:
    """Whether the first version of a submission came before it closed, by the call's own late policy."""
    return first.late_seconds > 0 or first.submitted_at < _refused_from(submission, was_sealed=False)


def seconds_past(submission: StageSubmission, now: datetime) -> int:
    """How many seconds after its deadline a submission comes now; 0 while there is time, and for asked corrections."""
    due = due_at(submission)
    return seconds_late(now, due) if now >= due and not submission.sealed_number else 0


def closes_to_begin(proposal: Proposal, stage: CallStage) -> datetime:
    """Until when a proposal may begin a later stage of its call. Grace is for drafts begun before the deadline."""
    return _latest(stage, proposal.extensions)


def closes_for_newcomers(stage: CallStage, organisations: Collection[uuid.UUID] = ()) -> datetime:
    """Until when one of these organisations at least may begin a proposal."""
    return _latest(stage, queries.extensions_of_organisations(stage.id, organisations))


def extension_of(submission: StageSubmission) -> StageExtension | None:
    """The extension that gives this submission longer than the others have, if one does."""
    return _longest(submission.call_stage, submission.proposal.extensions)


def grace_of(process: Mapping[str, Any]) -> timedelta:
    """How long after the deadline a call still takes a draft that was begun before it."""
    return timedelta(minutes=int(process.get("late_minutes", 0)))


def refused_from(due: datetime, *, begun_at: datetime, was_sealed: bool, process: Mapping[str, Any]) -> datetime:
    """The instant from which a submission with this deadline is refused."""
    return due if was_sealed or begun_at >= due else due + grace_of(process)


def _refused_from(submission: StageSubmission, was_sealed: bool) -> datetime:
    process = submission.proposal.call.process
    return refused_from(due_at(submission), begun_at=submission.created_at, was_sealed=was_sealed, process=process)


def _latest(stage: CallStage, extensions: Iterable[StageExtension]) -> datetime:
    longest = _longest(stage, extensions)
    return longest.closes_at if longest else stage.closes_at


def _longest(stage: CallStage, extensions: Iterable[StageExtension]) -> StageExtension | None:
    later = [e for e in extensions if e.call_stage_id == stage.id and e.closes_at > stage.closes_at]
    return max(later, key=lambda e: e.closes_at, default=None)
