"""Calls and their stages, with programme and forms, in one fixed order."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from app.calls.models import (
    Call,
    CallStage,
)
from app.extensions import db
from workflows.call_lifecycle import CallState


def _loaded() -> Select[Call]:
    return select(Call).options(joinedload(Call.programme), selectinload(Call.stages))


def get_call(call_id: uuid.UUID, fresh: bool = False) -> Call | None:
    """One call with programme, stages and forms; ``fresh`` reads again what this session already holds."""
    query = _loaded().where(Call.id == call_id)
    return db.session.scalar(query.execution_options(populate_existing=True) if fresh else query)


def call_by_code(code: str) -> Call | None:
    """One call by its code, in any state."""
    return db.session.scalar(_loaded().where(Call.code == code))


def call_by_prefix(prefix: str) -> Call | None:
    """The call whose references begin with this prefix."""
    return db.session.scalar(select(Call).where(Call.reference_prefix == prefix))


def public_call(code: str) -> Call | None:
    """One call that everybody may see: published at some time; a draft, or cancelled before, does not exist."""
    return db.session.scalar(_loaded().where(Call.code == code, Call.published_at.is_not(None)))


def public_calls_query() -> Select[Call]:
    """Calls that everybody may see, the one that closes last first."""
    return _loaded().where(Call.published_at.is_not(None)).order_by(Call.closes_at.desc(), Call.code)


def public_calls() -> list[Call]:
    """All calls that everybody may see, the one that closes last first."""
    return list(db.session.scalars(public_calls_query()))


def calls_of_programmes(programme_ids: Iterable[uuid.UUID]) -> list[Call]:
    """All calls of these programmes in every state, the one that closes last first."""
    query = _loaded().where(Call.programme_id.in_(list(programme_ids)))
    return list(db.session.scalars(query.order_by(Call.closes_at.desc(), Call.code)))


def get_stage(call_stage_id: uuid.UUID) -> CallStage | None:
    """One stage of a call, with the call and its programme."""
    query = select(CallStage).options(joinedload(CallStage.call).joinedload(Call.programme))
    return db.session.scalar(query.where(CallStage.id == call_stage_id))


def stage_by_key(code: str, key: str) -> CallStage | None:
    """One stage by the code of its call and its key, with the call and its programme."""
    query = select(CallStage).join(CallStage.call).options(contains_eager(CallStage.call).joinedload(Call.programme))
    return db.session.scalar(query.where(Call.code == code, CallStage.key == key))


def calls_to_open(now: datetime) -> list[Call]:
    """Published calls whose opening time has come."""
    query = _loaded().where(Call.state == CallState.PUBLISHED.value, Call.opens_at <= now)
    return list(db.session.scalars(query.order_by(Call.opens_at, Call.code)))


def calls_to_close(now: datetime) -> list[Call]:
    """Open calls whose closing time has passed."""
    query = _loaded().where(Call.state == CallState.OPEN.value, Call.closes_at <= now)
    return list(db.session.scalars(query.order_by(Call.closes_at, Call.code)))


def stages_to_copy(programme_id: uuid.UUID) -> list[CallStage]:
    """Stages whose form or rubric another call may begin with: of public calls and of the programme's own, newest first."""
    mine = or_(Call.published_at.is_not(None), Call.programme_id == programme_id)
    query = select(CallStage).join(CallStage.call).options(contains_eager(CallStage.call)).where(mine)
    return list(db.session.scalars(query.order_by(Call.closes_at.desc(), Call.code, CallStage.position).limit(100)))


def stage_to_copy(stage_id: uuid.UUID, programme_id: uuid.UUID) -> CallStage | None:
    """One of them."""
    return next((stage for stage in stages_to_copy(programme_id) if stage.id == stage_id), None)
