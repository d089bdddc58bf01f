"""Calls and forms that are being written."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from app.calls.models import (
    Call,
    CallDraft,
    CallStage,
    FormDraft,
)
from app.extensions import db
from workflows.call_lifecycle import CallState


def _drafts() -> Select[CallDraft]:
    call = joinedload(CallDraft.call)
    return select(CallDraft).options(
        joinedload(CallDraft.programme), call.joinedload(Call.programme), call.selectinload(Call.stages)
    )


def get_draft(draft_id: uuid.UUID) -> CallDraft | None:
    """A call that is being written; one whose call is no longer a draft is done with and not found."""
    draft = db.session.scalar(_drafts().where(CallDraft.id == draft_id))
    done = draft is not None and draft.call is not None and draft.call.state != CallState.DRAFT.value
    return None if done else draft


def draft_of(call_id: uuid.UUID) -> CallDraft | None:
    """The editor's row of a call, if somebody has begun to edit it."""
    return db.session.scalar(_drafts().where(CallDraft.call_id == call_id))


def drafts_of_programmes(programme_ids: Iterable[uuid.UUID]) -> list[CallDraft]:
    """The calls of these programmes that are not whole enough yet to be a draft call, the last edited first."""
    wanted = CallDraft.programme_id.in_(list(programme_ids))
    query = _drafts().where(wanted, CallDraft.call_id.is_(None)).order_by(CallDraft.edited_at.desc(), CallDraft.id)
    return list(db.session.scalars(query))


def form_draft_of(stage: CallStage) -> FormDraft | None:
    """The working copy of a stage's form, if somebody opened one."""
    query = select(FormDraft).options(joinedload(FormDraft.call_stage).joinedload(CallStage.call))
    return db.session.scalar(query.where(FormDraft.call_stage_id == stage.id))


def form_drafts_of_call(call_id: uuid.UUID) -> list[FormDraft]:
    """The working copies of the forms of a call, in the order of its stages."""
    query = select(FormDraft).join(FormDraft.call_stage).where(CallStage.call_id == call_id)
    return list(db.session.scalars(query.order_by(CallStage.position)))
