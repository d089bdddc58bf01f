"""The only place where a state changes: lock, version check, guard, state, audit entry and event in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm.exc import StaleDataError

from app.core import audit, clock, outbox
from app.core.errors import Conflict, Invalid, MoveRefused
from app.core.types import Actor
from app.extensions import db
from workflows.machine import N_, Move, Offer, Refusal, Refused, Workflow


def lock(thing: Any, expected_version: int | None = None) -> None:
    """Lock the row and read it anew; refuse when it is not the version the person saw. Facts come after this.

    Only the row's own columns are read: what was loaded beside them stays loaded, however it came into the session.
    """
    columns = [column.key for column in inspect(type(thing)).column_attrs]
    db.session.refresh(thing, attribute_names=columns, with_for_update={"of": type(thing)})
    if expected_version is not None and thing.version != expected_version:
        raise Conflict()


def fire(
    thing: Any,
    move: str,
    *,
    actor: Actor,
    relations: Iterable[str],
    facts: Callable[[], Any],
    expected_version: int | None = None,
    reason: str = "",
    payload: dict[str, Any] | None = None,
    **detail: Any,
) -> Move:
    """Carry out one move of ``thing``'s workflow, or raise ``MoveRefused`` (worded) or ``Conflict`` (somebody was first).

    ``facts`` is called after the row is locked. ``detail`` goes to the audit entry, ``payload`` (ids) to the event.
    """
    lock(thing, expected_version)
    workflow: Workflow = thing.workflow
    before = workflow.state(thing.state)
    try:
        row = workflow.apply(move, before, relations, facts())
    except Refused as refused:
        raise MoveRefused(refused.refusal.message, **refused.refusal.params) from refused
    if row.reason and not reason.strip():
        raise Invalid(N_("Give a reason."), field="reason")
    after = row.target or before
    _set_state(thing, after.value)
    audit.record(
        thing, f"{workflow.name}.{move}", actor, reason=reason, from_state=before.value, to_state=after.value, **detail
    )
    if row.emits:
        outbox.publish(row.emits, thing, actor, **(payload or {}))
    return row


def _set_state(thing: Any, state: str) -> None:
    """Write the state as one conditional UPDATE (``WHERE id AND version``); another writer's win is a conflict."""
    now = clock.now()
    thing.state, thing.state_changed_at = state, now
    try:
        db.session.flush()
    except StaleDataError as stale:
        raise Conflict() from stale


def begin(thing: Any, actor: Actor, action: str, **detail: Any) -> None:
    """Put a new record into its workflow's first state and open its audit chain."""
    thing.state = thing.workflow.initial.value
    thing.state_changed_at = clock.now()
    db.session.add(thing)
    db.session.flush()
    audit.record(thing, action, actor, to_state=thing.state, **detail)


def offers(thing: Any, relations: Iterable[str], facts: Any) -> tuple[Offer, ...]:
    """The moves this person holds a role for now, each possible or with its refusal."""
    workflow: Workflow = thing.workflow
    return workflow.offers(workflow.state(thing.state), relations, facts)


def refusal(thing: Any, move: str, relations: Iterable[str], facts: Any) -> Refusal | None:
    """Why this move is not possible now, or nothing."""
    workflow: Workflow = thing.workflow
    return workflow.why_not(move, workflow.state(thing.state), relations, facts)
