"""Asking reviewers after what is open of theirs: each once, with all of it, and not again within a day unless forced."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.calls.models import Call
from app.core import audit, clock, outbox, transitions
from app.core.errors import MoveRefused
from app.core.types import Actor
from app.extensions import db
from app.identity.models import Person
from app.reviews import policy, queries
from app.reviews.models import Review, ReviewNudge
from workflows.actors import STAFF
from workflows.machine import N_, Refusal

REST = timedelta(hours=24)


@dataclass(frozen=True)
class Candidate:
    """A reviewer with what is open of theirs in a call, when they were last asked, and why they cannot be asked now."""

    person: Person
    reviews: tuple[Review, ...]
    last: datetime | None
    refusal: Refusal | None
    recent: bool = False


def candidates(call: Call, actor: Actor) -> list[Candidate]:
    """Everybody with an open review of a proposal that the actor oversees, by name."""
    if actor.person_id is None:
        return []
    own: dict[uuid.UUID, list[Review]] = defaultdict(list)
    for review in queries.waiting_in_call(call.id, call.programme_id, actor.person_id):
        own[review.reviewer_id].append(review)
    last = queries.last_nudges(call.id)
    found = [_candidate(reviews, last.get(ident)) for ident, reviews in own.items()]
    return sorted(found, key=lambda one: (one.person.name, one.person.id))


def _candidate(reviews: Sequence[Review], last: datetime | None) -> Candidate:
    person = reviews[0].reviewer
    recent = last is not None and clock.now() - last < REST
    return Candidate(person, tuple(reviews), last, _refusal(person, recent), recent)


def _refusal(person: Person, recent: bool) -> Refusal | None:
    if person.suspended_at is not None:
        return Refusal(N_("This account is closed."))
    if person.email_verified_at is None:
        return Refusal(N_("The address of this person is not confirmed, so no mail can reach it."))
    return Refusal(N_("Asked less than 24 hours ago.")) if recent else None


def nudge(
    *, call: Call, people: Collection[uuid.UUID], force: bool = False, actor: Actor, only: Collection[uuid.UUID] = ()
) -> list[Candidate]:
    """Ask these people after all that is open of theirs in the call (or after ``only`` these reviews); who was asked.

    The call's row is locked, so that of two who do this at once the second sees what the first did. Who cannot be asked,
    or was asked within 24 hours (unless ``force``), is left out.
    """
    if not policy.relations(actor, call) & STAFF:
        raise MoveRefused(N_("Your role does not allow this step."))
    transitions.lock(call)
    asked = []
    for one in candidates(call, actor):
        free = one.refusal is None or (force and one.recent)
        reviews = tuple(r for r in one.reviews if not only or r.id in only)
        if one.person.id in people and free and reviews:
            _ask(call, one.person, reviews, actor)
            asked.append(one)
    return asked


def _ask(call: Call, person: Person, reviews: Sequence[Review], actor: Actor) -> None:
    row = ReviewNudge(call_id=call.id, person_id=person.id, sent_by_id=actor.person_id)
    db.session.add(row)
    db.session.flush()
    idents = ",".join(str(review.id) for review in reviews)
    audit.record(row, "review_nudge.sent", actor, person_id=str(person.id), reviews=idents)
    outbox.publish("review.nudged", row, actor, reviews=idents)
