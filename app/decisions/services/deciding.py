"""Votes, the endorsement they bring, ratification by another person, and sending back."""

from __future__ import annotations

from app.core import audit, clock, transitions
from app.core.errors import Invalid, MoveRefused
from app.core.types import SYSTEM_ACTOR, Actor
from app.decisions import policy, queries
from app.decisions.models import CHOICES, Decision, Vote
from app.decisions.services.facts import facts_of, has_conflict
from app.extensions import db
from workflows.actors import COMMITTEE_MEMBER, SYSTEM
from workflows.funding_decision import DecisionState
from workflows.machine import N_


def vote(*, decision: Decision, choice: str, note: str = "", actor: Actor, expected_version: int | None = None) -> Vote:
    """Vote in the present round, or change one's vote until the quorum is reached; the deciding vote endorses.

    One row for each member and round: the decision's row is locked, and the database refuses a second one.
    """
    transitions.lock(decision, expected_version)
    _may_vote(decision, choice, actor)
    cast = queries.vote_of(decision, actor.person_id) if actor.person_id else None
    before = cast.choice if cast else None
    if cast is None:
        cast = Vote(decision_id=decision.id, member_id=actor.person_id, round=decision.round)
        db.session.add(cast)
    cast.choice, cast.note = choice, note.strip()
    db.session.flush()
    audit.record(decision, "decision.voted", actor, choice=choice, before=before, round=decision.round)
    _endorse_if_decided(decision)
    return cast


def _may_vote(decision: Decision, choice: str, actor: Actor) -> None:
    if has_conflict(actor, decision.proposal):
        raise MoveRefused(N_("You have a conflict of interest with this proposal."))
    if COMMITTEE_MEMBER not in policy.relations(actor, decision):
        raise MoveRefused(N_("Your role does not allow this step."))
    if decision.state != DecisionState.PROPOSED.value:
        state = decision.workflow.state(decision.state)
        raise MoveRefused(N_("Voting is over: the state is “%(state)s”."), state=state.label)
    if choice not in CHOICES:
        raise Invalid(N_("Choose how you vote."), field="choice")


def _endorse_if_decided(decision: Decision) -> None:
    """The deciding vote carries the decision on, as the system's own step."""
    if transitions.refusal(decision, "endorse", {SYSTEM}, facts_of(decision, SYSTEM_ACTOR)) is None:
        transitions.fire(
            decision,
            "endorse",
            actor=SYSTEM_ACTOR,
            relations={SYSTEM},
            facts=lambda: facts_of(decision, SYSTEM_ACTOR),
            payload={"proposal_id": decision.proposal_id, "call_id": decision.call_id},
            round=decision.round,
        )


def ratify(*, decision: Decision, actor: Actor, expected_version: int | None = None) -> None:
    """Make an endorsed decision stand. The call's row is locked before its awards are summed, so that no two pass at once."""
    transitions.lock(decision.proposal.call)
    transitions.lock(decision, expected_version)
    if decision.state == DecisionState.ENDORSED.value:
        decision.ratified_by_id, decision.ratified_at = actor.person_id, clock.now()
        db.session.flush()
    transitions.fire(
        decision,
        "ratify",
        actor=actor,
        relations=policy.relations(actor, decision),
        facts=lambda: facts_of(decision, actor),
        payload={"proposal_id": decision.proposal_id, "call_id": decision.call_id},
        outcome=decision.outcome,
        amount_minor=decision.amount_minor,
    )


def send_back(*, decision: Decision, reason: str, actor: Actor, expected_version: int | None = None) -> None:
    """Undo endorsement or ratification for a reason; a new round of votes begins."""
    transitions.fire(
        decision,
        "send_back",
        actor=actor,
        relations=policy.relations(actor, decision),
        facts=lambda: facts_of(decision, actor),
        expected_version=expected_version,
        reason=reason,
        payload={"proposal_id": decision.proposal_id, "call_id": decision.call_id},
    )
    decision.ratified_by_id = decision.ratified_at = None
    decision.round += 1
    db.session.flush()
