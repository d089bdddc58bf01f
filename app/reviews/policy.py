"""Who holds which relation to a review. A conflict of interest takes every relation away, at once and everywhere."""

from __future__ import annotations

from functools import singledispatch
from typing import Any

from app.calls.models import Call
from app.core.types import Actor
from app.identity import policy as identity_policy
from app.identity.models import Person, Programme
from app.proposals import policy as proposals_policy
from app.proposals import queries as proposals_queries
from app.proposals.models import Proposal
from app.reviews import queries
from app.reviews.models import Review
from workflows.actors import AUDITOR, MANAGER, OFFICER, REVIEWER, STAFF

SELF = frozenset({"self"})
OVERSEERS = frozenset({OFFICER, MANAGER, AUDITOR})

ACTIONS: dict[str, frozenset[str]] = {
    "review.inbox": SELF,
    "review.answer": frozenset({REVIEWER}),
    "review.read": frozenset({REVIEWER}),
    "review.score": frozenset({REVIEWER}),
    "review.move": STAFF | {REVIEWER},
    "review.oversee_call": OVERSEERS,
    "review.oversee_proposal": OVERSEERS,
    "review.oversee": OVERSEERS,
    "review.invite": STAFF,
    "review.reassign": STAFF,
    "review.nudge": STAFF,
    "review.table": STAFF,
    "review.see_conflicts": STAFF,
    "review.funder_partners": STAFF,
}


def relations(actor: Actor, thing: Any) -> frozenset[str]:
    """The relations of a person to a review, a proposal or call with reviews, or themselves."""
    return identity_policy.relations_of(actor, thing, _relations)


@singledispatch
def _relations(_thing: Any, _actor: Actor) -> frozenset[str]:
    return frozenset()


@_relations.register
def _to_self(person: Person, actor: Actor) -> frozenset[str]:
    return SELF if person.id == actor.person_id else frozenset()


@_relations.register
def _to_call(call: Call, actor: Actor) -> frozenset[str]:
    return proposals_policy.relations(actor, call) & OVERSEERS


@_relations.register
def _to_programme(programme: Programme, actor: Actor) -> frozenset[str]:
    return identity_policy.programme_relations(actor, programme.id) & (OVERSEERS | {REVIEWER})


@_relations.register
def _to_proposal(proposal: Proposal, actor: Actor) -> frozenset[str]:
    """Nobody oversees the reviews of a proposal that they review themselves: they would see what others think of it."""
    held = proposals_policy.relations(actor, proposal) & OVERSEERS
    if held and actor.person_id and proposal.id in queries.reviewed_by(actor.person_id):
        return frozenset()
    return held


@_relations.register
def _to_review(review: Review, actor: Actor) -> frozenset[str]:
    """Reviewers must still hold the role in the programme."""
    if actor.person_id != review.reviewer_id:
        return _to_proposal(review.proposal, actor)
    if proposals_queries.has_conflict(review.reviewer_id, review.proposal):
        return frozenset()
    return identity_policy.programme_relations(actor, review.proposal.call.programme_id) & {REVIEWER}
