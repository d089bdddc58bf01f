"""Counts behind the draft radar: begun, unsent and submitted in a stage, now and in earlier calls of the programme."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.calls.models import Call, CallStage
from app.extensions import db
from app.proposals.models import DraftCount, ProposalFile, SealedSubmission, StageSubmission
from app.proposals.queries.records import whole
from app.proposals.radar import Past
from workflows.call_lifecycle import CallState
from workflows.proposal_submission import StageState

UNSENT = (StageState.DRAFT.value, StageState.AWAITING_SIGN_OFF.value)
RUNNING = (CallState.PUBLISHED.value, CallState.OPEN.value, CallState.CLOSED.value)
EARLIER_CALLS = 5


def stages_to_count(now: datetime) -> list[CallStage]:
    """Stages that are open, or closed within the last day."""
    query = (
        select(CallStage)
        .join(Call, Call.id == CallStage.call_id)
        .where(Call.state.in_(RUNNING), CallStage.opens_at <= now, CallStage.closes_at > now - timedelta(days=1))
        .options(joinedload(CallStage.call))
    )
    return list(db.session.scalars(query.order_by(CallStage.id)))


def unsent_drafts(call_stage_id: uuid.UUID) -> list[StageSubmission]:
    """The drafts of a stage that were never submitted; to be counted, never to be read."""
    query = (
        select(StageSubmission)
        .where(
            StageSubmission.call_stage_id == call_stage_id,
            StageSubmission.state.in_(UNSENT),
            StageSubmission.sealed_number == 0,
        )
        .options(joinedload(StageSubmission.proposal).options(*whole(forms=False)))
        .order_by(StageSubmission.id)
    )
    return list(db.session.scalars(query))


def count_unsent(call_stage_id: uuid.UUID) -> int:
    """How many drafts of a stage were never submitted."""
    unsent = StageSubmission.state.in_(UNSENT) & (StageSubmission.sealed_number == 0)
    return db.session.scalar(select(func.count()).where(StageSubmission.call_stage_id == call_stage_id, unsent)) or 0


def count_submitted(call_stage_id: uuid.UUID) -> int:
    """How many submissions of a stage have a submitted version."""
    sealed = StageSubmission.sealed_number > 0
    return db.session.scalar(select(func.count()).where(StageSubmission.call_stage_id == call_stage_id, sealed)) or 0


def files_by_draft(call_stage_id: uuid.UUID) -> dict[uuid.UUID, dict[str, int]]:
    """How many files each question of each submission of a stage has."""
    query = (
        select(ProposalFile.stage_submission_id, ProposalFile.question_id, func.count())
        .join(StageSubmission, StageSubmission.id == ProposalFile.stage_submission_id)
        .where(StageSubmission.call_stage_id == call_stage_id, ProposalFile.removed_at.is_(None))
        .group_by(ProposalFile.stage_submission_id, ProposalFile.question_id)
    )
    found: dict[uuid.UUID, dict[str, int]] = {}
    for submission_id, question_id, count in db.session.execute(query):
        found.setdefault(submission_id, {})[question_id] = count
    return found


def draft_counts(call_stage_id: uuid.UUID) -> list[DraftCount]:
    """The counts of a stage, day by day."""
    query = select(DraftCount).where(DraftCount.call_stage_id == call_stage_id)
    return list(db.session.scalars(query.order_by(DraftCount.counted_on)))


def earlier_stages(call: Call, stage: CallStage, left: timedelta, now: datetime) -> list[Past]:
    """The same stage in earlier calls of the programme, the newest first, at the same time before the closing."""
    query = (
        select(CallStage.id, CallStage.closes_at)
        .join(Call, Call.id == CallStage.call_id)
        .where(
            Call.programme_id == call.programme_id,
            Call.id != call.id,
            CallStage.key == stage.key,
            CallStage.closes_at < now,
        )
        .order_by(CallStage.closes_at.desc(), CallStage.id)
        .limit(EARLIER_CALLS)
    )
    return [_past(row.id, row.closes_at - left) for row in db.session.execute(query)]


def _past(call_stage_id: uuid.UUID, moment: datetime) -> Past:
    begun = select(func.count()).where(
        StageSubmission.call_stage_id == call_stage_id, StageSubmission.created_at <= moment
    )
    submitted = (
        select(func.count())
        .select_from(SealedSubmission)
        .join(StageSubmission, StageSubmission.id == SealedSubmission.stage_submission_id)
        .where(StageSubmission.call_stage_id == call_stage_id, SealedSubmission.number == 1)
    )
    return Past(db.session.scalar(begun) or 0, db.session.scalar(submitted) or 0)
