"""What the frame of every page asks: unread notices and the call that the reader's programmes work on now."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from functools import cache
from typing import Any

from sqlalchemy import Select, Uuid, bindparam, case, func, select

from app.calls.models import Call
from app.core.outbox import OutboxEvent
from app.decisions.queries import records_closed_to
from app.extensions import db
from app.proposals.queries import joined_by
from workflows.call_lifecycle import CallState

NOTICES = "notification"
NOW_AT_WORK = (CallState.ASSESSING, CallState.CLOSED, CallState.OPEN, CallState.PUBLISHED, CallState.DECIDED)


def unread_and_call(person_id: uuid.UUID, programmes: Collection[uuid.UUID]) -> Any:
    """One row in one query: ``unread`` notices, ``parts`` in proposals, ``call_id`` and ``code`` of the call worked on."""
    return db.session.execute(_statement(), {"person": person_id, "programmes": list(programmes)}).one()


@cache
def _statement() -> Select[Any]:
    """Built once: every page asks it, and putting it together takes longer than answering it.

    The table of notices is known by its name, because packages of this height do not import each other.
    """
    person: Any = bindparam("person", type_=Uuid())
    notices = db.metadata.tables[NOTICES]
    closed = select(OutboxEvent.id).where(OutboxEvent.subject_id.in_(records_closed_to(person)))
    unread = select(func.count()).where(
        notices.c.person_id == person, notices.c.read_at.is_(None), notices.c.event_id.not_in(closed)
    )
    order = case(*((Call.state == state.value, place) for place, state in enumerate(NOW_AT_WORK)), else_=99)
    programmes: Any = bindparam("programmes", expanding=True, type_=Uuid())
    call = (
        select(Call.id, Call.code)
        .where(Call.programme_id.in_(programmes), Call.state.in_([s.value for s in NOW_AT_WORK]))
        .order_by(order, Call.opens_at.desc(), Call.code)
        .limit(1)
        .subquery()
    )
    parts = select(func.count()).select_from(joined_by(person).subquery())
    one = select(unread.scalar_subquery().label("unread"), parts.scalar_subquery().label("parts")).subquery()
    return select(one.c.unread, one.c.parts, call.c.id.label("call_id"), call.c.code).select_from(
        one.outerjoin(call, one.c.unread >= 0)
    )
