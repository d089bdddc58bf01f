"""Who holds which relation to a decision. A conflict of interest with the proposal takes the programme's side away."""

from __future__ import annotations

from functools import singledispatch
from typing import Any

from app.calls.models import Call
from app.core.types import Actor
from app.decisions.models import Decision
from app.identity import policy as identity_policy
from app.proposals import policy as proposals_policy
from app.proposals.models import Proposal
from workflows.actors import APPLICANTS, AUDITOR, COMMITTEE_MEMBER, MANAGER, OFFICER, STAFF

DELIBERATING = frozenset({COMMITTEE_MEMBER, OFFICER, MANAGER})
READING = DELIBERATING | {AUDITOR}

ACTIONS: dict[str, frozenset[str]] = {
    "decision.rank": READING,
    "decision.view": READING,
    "decision.propose": STAFF,
    "decision.propose_by_rank": STAFF,
    "decision.revise": STAFF,
    "decision.vote": frozenset({COMMITTEE_MEMBER}),
    "decision.move": DELIBERATING,
    "decision.announce": frozenset({MANAGER}),
    "decision.close": frozenset({MANAGER}),
    "decision.result": APPLICANTS | READING,
}


def relations(actor: Actor, thing: Any) -> frozenset[str]:
    """The relations of a person to a decision, or to a proposal or call that is decided on."""
    return identity_policy.relations_of(actor, thing, _relations)


@singledispatch
def _relations(_thing: Any, _actor: Actor) -> frozenset[str]:
    return frozenset()


@_relations.register
def _to_call(call: Call, actor: Actor) -> frozenset[str]:
    return proposals_policy.relations(actor, call)


@_relations.register
def _to_proposal(proposal: Proposal, actor: Actor) -> frozenset[str]:
    return proposals_policy.relations(actor, proposal)


@_relations.register
def _to_decision(decision: Decision, actor: Actor) -> frozenset[str]:
    return proposals_policy.relations(actor, decision.proposal)
