"""The stand-by list: reviewers in reserve, and the late or declined work that is offered to them."""

from __future__ import annotations

import uuid
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from app.calls.models import Call
from app.core import audit, clock, transitions
from app.core.errors import Invalid, MoveRefused
from app.core.types import Actor
from app.extensions import db
from app.identity.models import Person
from app.reviews import policy, queries
from app.reviews.matching.calls import CallFacts, Settings
from app.reviews.models import CallReviewer, Review
from app.reviews.services.gathering import Pool, gather, open_proposals, pool_of
from app.reviews.services.inviting import invite
from app.reviews.services.planning import refuse_strangers, whole_facts
from app.reviews.services.reassigning import reassign, reassign_refusal
from workflows.actors import STAFF
from workflows.machine import N_
from workflows.reviewer_scoring import ReviewState

USUAL = 5
STEPPED_BACK = frozenset(state.value for state in queries.STEPPED_BACK)


@dataclass(frozen=True)
class OpenWork:
    """A review that is late or was given back, and the reviewers in reserve who could do it: (person, fit), best first."""

    review: Review
    late: bool
    candidates: tuple[tuple[Person, float], ...]


def set_standby(*, call: Call, person_id: uuid.UUID, standby: bool, actor: Actor) -> CallReviewer:
    """Put a reviewer on the stand-by list of a call, or take them off."""
    refuse_strangers(call, actor)
    pool = pool_of(call)
    if person_id not in {person.id for person in pool.people}:
        raise Invalid(N_("Choose a reviewer."), field="reviewer")
    agreed = queries.get_call_reviewer(call.id, person_id)
    if agreed is None:
        profile = pool.profiles.get(person_id)
        agreed = CallReviewer(call_id=call.id, person_id=person_id, capacity=profile.capacity if profile else USUAL)
        db.session.add(agreed)
    agreed.standby = standby
    db.session.flush()
    audit.record(agreed, "call_reviewer.standby", actor, standby=standby)
    return agreed


def open_work(call: Call, actor: Actor, pool: Pool | None = None) -> list[OpenWork]:
    """Everything late or given back in a call, the longest due first, with who could step in."""
    pool = pool or pool_of(call)
    proposals = open_proposals(call, actor)
    reviews = queries.reviews_of_proposals([p.id for p in proposals])
    found = [*(r for r in reviews if _is_late(r)), *_given_back(call, reviews)]
    concerned = {review.proposal_id for review in found}
    if not found:
        return []
    facts = gather(call, [p for p in proposals if p.id in concerned], pool=pool, standby=True)
    ranked = _ranked(facts, {str(person.id): person for person in pool.people})
    work = [OpenWork(r, r.state not in STEPPED_BACK, tuple(ranked.get(str(r.proposal_id), ()))) for r in found]
    return sorted(work, key=lambda one: (one.review.due_at, one.review.id))


def _is_late(review: Review) -> bool:
    return review.state not in STEPPED_BACK and review.due_at <= clock.now() and reassign_refusal(review) is None


def _given_back(call: Call, reviews: list[Review]) -> list[Review]:
    """The newest reviews that were declined or ended, as many for each proposal as it lacks reviewers."""
    held = Counter(r.proposal_id for r in reviews if r.state not in STEPPED_BACK)
    lacking = {r.proposal_id: max(call.process["reviews_wanted"] - held[r.proposal_id], 0) for r in reviews}
    found = []
    for review in sorted(reviews, key=lambda r: r.state_changed_at, reverse=True):
        if review.state in STEPPED_BACK and lacking[review.proposal_id]:
            lacking[review.proposal_id] -= 1
            found.append(review)
    return found


def _ranked(facts: CallFacts, people: dict[str, Person]) -> dict[str, list[tuple[Person, float]]]:
    """Proposal → who in reserve may read it and has room, the best fit first."""
    from app.reviews.matching.posing import problem_of  # noqa: PLC0415 - slow import

    problem, fit = problem_of(whole_facts(facts), Settings(wanted=9, usual=USUAL))
    held = Counter(r for _, r in facts.kept)
    room = [int(most) > held[key] for key, most in zip(problem.reviewers, problem.most, strict=True)]
    found: dict[str, list[tuple[Person, float]]] = {}
    for row, proposal in enumerate(problem.proposals):
        able = [
            (people[key], float(fit.score[row, column]))
            for column, key in enumerate(problem.reviewers)
            if problem.allowed[row, column] and room[column] and key in people and (proposal, key) not in facts.kept
        ]
        found[proposal] = sorted(able, key=lambda one: (-one[1], one[0].name))
    return found


def offer(
    *, review: Review, to: Person, due_at: datetime, reason: str, actor: Actor, expected_version: int | None = None
) -> Review:
    """Give late or declined work to somebody in reserve: a late review ends with a reason, the other is asked instead.

    Raises ``MoveRefused`` (not late, nobody is lacking), ``Invalid`` (not in reserve, cannot be asked), ``Conflict``.
    """
    if not policy.relations(actor, review) & STAFF:
        raise MoveRefused(N_("Your role does not allow this step."))
    agreed = queries.get_call_reviewer(review.proposal.call_id, to.id)
    if agreed is None or not agreed.standby or not agreed.available:
        raise Invalid(N_("This person is not on the stand-by list."), field="reviewer")
    transitions.lock(review.proposal)
    transitions.lock(review, expected_version)
    if ReviewState(review.state).value in STEPPED_BACK:
        _refuse_unless_lacking(review)
        return invite(proposal=review.proposal, reviewer=to, due_at=due_at, actor=actor)
    if review.due_at > clock.now():
        raise MoveRefused(N_("This review is not late. Reassign it on the page of the proposal instead."))
    return reassign(review=review, to=to, due_at=due_at, reason=reason, actor=actor)


def _refuse_unless_lacking(review: Review) -> None:
    reviews = queries.reviews_of_proposals([review.proposal_id])
    if sum(r.state not in STEPPED_BACK for r in reviews) >= review.proposal.call.process["reviews_wanted"]:
        raise MoveRefused(N_("This proposal has all its reviewers by now."))
