"""Firing a move of a project's part: relations first, then the lock, the columns that the new state needs, the move."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from app.core import transitions
from app.core.types import Actor
from app.extensions import db
from app.projects import policy
from app.projects.models import Agreement, Milestone, Payment, Report

Part = Agreement | Milestone | Payment | Report


def fire(
    thing: Part,
    move: str,
    actor: Actor,
    facts: Callable[[Any, Actor], Any],
    *,
    expected_version: int | None = None,
    reason: str = "",
    sets: Mapping[str, Any] | None = None,
    **detail: Any,
) -> None:
    """Make the move. ``sets``: columns that the database wants filled in the new state, written under the same lock."""
    held = policy.relations(actor, thing)
    transitions.lock(thing, expected_version)
    row = thing.workflow.row(move, thing.workflow.state(thing.state))
    if sets and row is not None and row.actors & held:
        for column, value in sets.items():
            setattr(thing, column, value)
        db.session.flush()
    transitions.fire(
        thing,
        move,
        actor=actor,
        relations=held,
        facts=lambda: facts(thing, actor),
        reason=reason,
        payload={"project_id": thing.project_id},
        **detail,
    )
