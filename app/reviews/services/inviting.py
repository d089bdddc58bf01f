"""Asking somebody to review."""

from __future__ import annotations

import secrets
from datetime import datetime

from app.core import clock, outbox, transitions
from app.core.errors import Invalid, MoveRefused
from app.core.types import Actor
from app.identity import queries as identity_queries
from app.identity.models import Person
from app.proposals import queries as proposals_queries
from app.proposals.models import Proposal
from app.reviews import policy, queries
from app.reviews.models import Review
from app.reviews.services.asking import send_link
from workflows.actors import REVIEWER, STAFF
from workflows.machine import N_

LETTERS = "23456789ABCDEFGHJKLMNPQRSTVWXYZ"


def invite(*, proposal: Proposal, reviewer: Person, due_at: datetime, actor: Actor) -> Review:
    """Ask a person to review a proposal; the review judges the version that counts today."""
    if not policy.relations(actor, proposal) & STAFF:
        raise MoveRefused(N_("Your role does not allow this step."))
    transitions.lock(proposal)
    if not policy.is_assessing(proposal):
        raise MoveRefused(N_("Reviewers are invited once the proposal has passed screening."))
    if due_at <= clock.now():
        raise Invalid(N_("Give a date in the future."), field="due_on")
    may_be_asked(proposal, reviewer)
    review = write_review(proposal, reviewer, due_at, actor, queries.final_stage(proposal).sealed_number)
    outbox.publish("review.invited", review, actor, proposal_id=proposal.id, reviewer_id=reviewer.id)
    send_link(review=review, actor=actor)
    return review


def write_review(proposal: Proposal, reviewer: Person, due_at: datetime, actor: Actor, sealed_number: int) -> Review:
    """Put down that a person is asked; nobody is told yet."""
    review = Review(
        proposal=proposal,
        reviewer=reviewer,
        pseudonym=new_pseudonym(),
        due_at=due_at,
        invited_by_id=actor.person_id,
        sealed_number=sealed_number,
    )
    transitions.begin(review, actor, "review.invited", due_at=due_at)
    return review


def may_be_asked(proposal: Proposal, reviewer: Person) -> None:
    """Raises ``Invalid``, neutrally for all that is nobody's business: a conflict, a membership, a part in the programme."""
    if queries.has_review(proposal.id, reviewer.id):
        raise Invalid(N_("This person has been asked to review this proposal already."), field="reviewer")
    held = identity_queries.programme_roles(reviewer.id).get(proposal.call.programme_id, frozenset())
    if REVIEWER not in held or held & STAFF or proposals_queries.has_conflict(reviewer.id, proposal):
        raise Invalid(N_("This person cannot be asked to review this proposal. Choose another."), field="reviewer")
    if (reviewer.id, proposal.id) in proposals_queries.doubtful_pairs([proposal.id]):
        raise Invalid(
            N_(
                "The records suggest a conflict of interest of this person. Look at it first, under conflicts of interest."
            ),
            field="reviewer",
        )


def new_pseudonym() -> str:
    """A name that says nothing, neither who it is nor who came first."""
    return "R-" + "".join(secrets.choice(LETTERS) for _ in range(6))
