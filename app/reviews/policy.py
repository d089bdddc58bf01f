"""Who holds which relation to a review. A conflict of interest takes every relation away, at once and everywhere."""

from __future__ import annotations

from dataclasses import dataclass
from functools import singledispatch
from typing import Any

from app.calls.models import Call
from app.core.types import Actor
from app.identity import policy as identity_policy
from app.identity import queries as identity_queries
from app.identity.models import Person, Programme
from app.proposals import policy as proposals_policy
from app.proposals import queries as proposals_queries
from app.proposals.models import Proposal
from app.reviews import queries, visibility
from app.reviews.models import AssignmentPlan, Review
from app.reviews.queries import asking
from app.reviews.visibility import Blind, Case, Part, Viewer
from workflows.actors import AUDITOR, MANAGER, OFFICER, REVIEWER, STAFF
from workflows.proposal_lifecycle import ProposalState
from workflows.review_round import RoundState
from workflows.reviewer_scoring import ReviewState

SELF = frozenset({"self"})
OVERSEERS = frozenset({OFFICER, MANAGER, AUDITOR})
READER, PEER, SPEAKER = "content_reader", "peer_reviewer", "discussant"  # what the phase lets a reviewer do

ACTIONS: dict[str, frozenset[str]] = {
    "review.inbox": SELF,
    "review.answer": frozenset({REVIEWER}),
    "review.read": frozenset({READER}),
    "review.score": frozenset({READER}),
    "review.move": STAFF | {REVIEWER},
    "review.oversee_call": OVERSEERS,
    "review.plan": STAFF,
    "review.see_plan": OVERSEERS,
    "review.oversee_proposal": OVERSEERS,
    "review.oversee": OVERSEERS,
    "review.invite": STAFF,
    "review.reassign": STAFF,
    "review.nudge": STAFF,
    "review.table": STAFF,
    "review.read_others": frozenset({PEER}),
    "review.discuss": frozenset({SPEAKER}),
    "review.follow_discussion": OVERSEERS,
    "review.moderate": STAFF,
    "review.see_unblinding": OVERSEERS,
    "review.ask_unblinding": STAFF,
    "review.see_names": STAFF,
    "review.view_round": OVERSEERS,
    "review.move_round": STAFF,
    "review.see_conflicts": STAFF,
    "review.funder_partners": STAFF,
    "reviewer.own_profiles": SELF,
    "reviewer.profile": SELF | OVERSEERS,
    "reviewer.change_profile": SELF | STAFF,
    "reviewer.certificate": SELF,
    "reviewer.pool": OVERSEERS,
    "reviewer.places": OVERSEERS,
    "reviewer.set_places": STAFF,
    "reviewer.bid": frozenset({REVIEWER}),
    "training.see": OVERSEERS | {REVIEWER},
    "training.write": STAFF,
    "training.answer": frozenset({REVIEWER}),
}


@dataclass(frozen=True)
class PoolMember:
    """A reviewer of a programme, with or without a profile."""

    programme: Programme
    person: Person


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
    """Who works for the programme does not review for it."""
    held = proposals_policy.relations(actor, call) & OVERSEERS
    reviewing = identity_policy.programme_relations(actor, call.programme_id)
    return held if reviewing & STAFF else held | (reviewing & {REVIEWER})


@_relations.register
def _to_member(member: PoolMember, actor: Actor) -> frozenset[str]:
    """Only people who review for the programme are in its pool; others do not exist there."""
    theirs = identity_queries.programme_roles(member.person.id).get(member.programme.id, frozenset())
    if REVIEWER not in theirs:
        return frozenset()
    return _to_programme(member.programme, actor) | _to_self(member.person, actor)


@_relations.register
def _to_programme(programme: Programme, actor: Actor) -> frozenset[str]:
    return identity_policy.programme_relations(actor, programme.id) & (OVERSEERS | {REVIEWER})


@_relations.register
def _to_plan(plan: AssignmentPlan, actor: Actor) -> frozenset[str]:
    return frozenset() if plan.discarded_at else _to_call(plan.call, actor)


@_relations.register
def _to_proposal(proposal: Proposal, actor: Actor) -> frozenset[str]:
    """Nobody oversees the reviews of a proposal that they review themselves: they would see what others think of it."""
    held = proposals_policy.relations(actor, proposal) & OVERSEERS
    if held and actor.person_id and proposal.id in queries.reviewed_by(actor.person_id):
        return frozenset()
    return held


@_relations.register
def _to_review(review: Review, actor: Actor) -> frozenset[str]:
    """Reviewers must still hold the role in the programme; nothing opens before they sign the present agreement."""
    if actor.person_id != review.reviewer_id:
        return _to_proposal(review.proposal, actor)
    if proposals_queries.has_conflict(review.reviewer_id, review.proposal):
        return frozenset()
    held = identity_policy.programme_relations(actor, review.proposal.call.programme_id) & {REVIEWER}
    if not held or not asking.has_agreed(review.proposal.call.programme_id, review.reviewer_id):
        return held
    return held | _by_phase(review)


def _by_phase(review: Review) -> frozenset[str]:
    """What the phase of the round opens to the author of a review."""
    state, phase = ReviewState(review.state), queries.phase_of(review.proposal)
    found = {READER} if visibility.content_is_open(phase, state) else set()
    if state in visibility.HANDED_IN and phase in visibility.TOGETHER:
        found |= {PEER}
    if state in visibility.HANDED_IN and phase is RoundState.DISCUSSING and is_assessing(review.proposal):
        found |= {SPEAKER}
    return frozenset(found)


def is_assessing(proposal: Proposal) -> bool:
    """Whether the proposal still takes reviews."""
    return bool(proposal.state == ProposalState.ASSESSING.value)


def parts(review: Review, viewer: Viewer, own: Review | None = None) -> frozenset[Part]:
    """What a person on this side sees of a review now; ``own`` is the review by which they take part."""
    blind = blind_of(review.proposal)
    matters = blind is Blind.DOUBLE or (blind is Blind.SINGLE and viewer is not Viewer.AUTHOR)
    granted = queries.unblinded(review.proposal_id) if matters else frozenset()
    return visibility.seen(
        Case(
            viewer=viewer,
            phase=queries.phase_of(review.proposal),
            blind=blind,
            review=ReviewState(review.state),
            own=ReviewState(own.state) if own else None,
            tabled=not is_assessing(review.proposal),
            unmasked=review.id in granted,
            revealed=None in granted,
        )
    )


def blind_of(proposal: Proposal) -> Blind:
    """The blind mode of the proposal's call."""
    return Blind(proposal.call.process.get("blind", Blind.SINGLE))


def applicant_is_hidden(proposal: Proposal) -> bool:
    """Whether reviewers must not learn who applies."""
    return blind_of(proposal) is Blind.DOUBLE and None not in queries.unblinded(proposal.id)
