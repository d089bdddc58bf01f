"""Announcing: the one moment at which applicants learn of decisions; and closing a call's decisions."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping

from app.calls import policy as calls_policy
from app.calls import services as calls_services
from app.calls.models import Call
from app.core import clock, transitions
from app.core.types import Actor
from app.decisions import policy, queries
from app.decisions.models import Decision
from app.decisions.services.facts import facts_of
from app.extensions import db
from app.proposals import services as proposals_services
from workflows.machine import Refusal


def announce(*, decisions: Iterable[Decision], actor: Actor, versions: Mapping[uuid.UUID, int] | None = None) -> int:
    """Announce ratified decisions, all or none, in one order so that two who announce do not block each other.

    ``versions`` are those of the preview: what changed since then is a ``Conflict``.
    """
    chosen = sorted(decisions, key=lambda decision: decision.id)
    for decision in chosen:
        _announce(decision, actor, (versions or {}).get(decision.id))
    return len(chosen)


def _announce(decision: Decision, actor: Actor, expected_version: int | None) -> None:
    transitions.lock(decision, expected_version)
    decision.announced_at = clock.now()
    db.session.flush()
    transitions.fire(
        decision,
        "announce",
        actor=actor,
        relations=policy.relations(actor, decision),
        facts=lambda: facts_of(decision, actor),
        payload={
            "proposal_id": decision.proposal_id,
            "call_id": decision.call_id,
            "outcome": decision.outcome,
        },
        outcome=decision.outcome,
        amount_minor=decision.amount_minor,
    )
    proposals_services.follow_outcome(proposal=decision.proposal, outcome=decision.outcome)


def close(*, call: Call, actor: Actor, expected_version: int | None = None) -> None:
    """End the decisions of a call, once every proposal has its announced decision."""
    waiting, unseen = _waiting(call, actor)
    calls_services.close_decisions(
        call=call,
        actor=actor,
        unannounced=waiting,
        unseen=unseen,
        awards_announced=queries.count_awards_announced(call.id),
        version=expected_version,
    )


def close_refusal(call: Call, actor: Actor) -> Refusal | None:
    """Why the decisions of a call cannot be closed now, or nothing."""
    waiting, unseen = _waiting(call, actor)
    facts = calls_services.call_facts(call, unannounced=waiting, unseen=unseen)
    return transitions.refusal(call, "decide", calls_policy.relations(actor, call), facts)


def _waiting(call: Call, actor: Actor) -> tuple[int, int]:
    """How many proposals wait for their announcement, and how many of these a conflict closes to this person."""
    waiting = queries.count_undecided(call.id)
    return waiting, max(0, waiting - queries.count_undecided_seen(call.id, actor))
