"""Links by which people answer an invitation to review without signing in; only their hashes are kept."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, select, update

from app.core import audit, clock, outbox, transitions
from app.core.db import affected
from app.core.errors import Invalid, MoveRefused
from app.core.types import Actor
from app.extensions import db
from app.identity import addresses
from app.identity import queries as identity_queries
from app.identity import services as identity
from app.identity.models import Person
from app.proposals import queries as proposals_queries
from app.proposals.models import Proposal
from app.reviews import policy, queries
from app.reviews.models import Review, ReviewInvitation
from workflows.actors import REVIEWER, STAFF
from workflows.machine import N_

LONGEST_MESSAGE = 2000


def send_link(*, review: Review, actor: Actor) -> None:
    """Mail the reviewer of an invited review a link by which they answer."""
    person = review.reviewer
    _write(review.proposal, person.name, person.email, person.locale, "", review.due_at, review, actor)


def ask(
    *, proposal: Proposal, name: str, email: str, locale: str, due_at: datetime, message: str, actor: Actor
) -> ReviewInvitation:
    """Ask somebody by e-mail who need not have an account; an open invitation to the same address is replaced.

    For whoever has an account and never reviewed for the programme it is the same as for whoever has none.
    """
    if not policy.relations(actor, proposal) & STAFF:
        raise MoveRefused(N_("Your role does not allow this step."))
    try:
        wanted = addresses.normal_email(email)
    except ValueError as error:
        raise Invalid(N_("Write an e-mail address like name@example.org."), field="email") from error
    transitions.lock(proposal)
    if not policy.is_assessing(proposal):
        raise MoveRefused(N_("Reviewers are invited once the proposal has passed screening."))
    if due_at <= clock.now():
        raise Invalid(N_("Give a date in the future."), field="due_on")
    _may_be_mailed(proposal, wanted)
    identity.count_invitation(proposal.call.programme_id)
    key = addresses.email_key(wanted)
    _end(ReviewInvitation.proposal_id == proposal.id, ReviewInvitation.email_key == key)
    return _write(proposal, name, wanted, locale, message, due_at, None, actor)


def _may_be_mailed(proposal: Proposal, email: str) -> None:
    """Raises ``Invalid``: asked already, or closed to whoever has this address; who is in the pool is asked there."""
    theirs = (ReviewInvitation.proposal_id == proposal.id, ReviewInvitation.email_key == addresses.email_key(email))
    answered = db.session.scalar(select(ReviewInvitation.id).where(*theirs, ReviewInvitation.answer != "").limit(1))
    person = identity_queries.person_by_email(email)
    if answered or (person and queries.has_review(proposal.id, person.id)):
        raise Invalid(N_("This person has been asked to review this proposal already."), field="email")
    if person is None:
        return
    if REVIEWER in identity_queries.programme_roles(person.id).get(proposal.call.programme_id, frozenset()):
        raise Invalid(N_("This person reviews for the programme already. Choose the name in the list."), field="email")
    if is_closed_to(proposal, person):
        raise Invalid(N_("This person cannot be asked to review this proposal. Choose another."), field="email")


def is_closed_to(proposal: Proposal, person: Person) -> bool:
    """A conflict of interest, a part in the programme, a closed account."""
    held = identity_queries.programme_roles(person.id).get(proposal.call.programme_id, frozenset())
    return bool(held & STAFF) or person.suspended_at is not None or proposals_queries.has_conflict(person.id, proposal)


def _write(
    proposal: Proposal,
    name: str,
    email: str,
    locale: str,
    message: str,
    due_at: datetime,
    review: Review | None,
    actor: Actor,
) -> ReviewInvitation:
    token = identity.new_token()
    invitation = ReviewInvitation(
        proposal=proposal,
        review=review,
        name=" ".join(name.split()),
        email=email,
        email_key=addresses.email_key(email),
        locale=locale,
        message=message[:LONGEST_MESSAGE],
        token_hash=identity.token_hash(token),
        due_at=due_at,
        expires_at=due_at,
        sealed_number=queries.final_stage(proposal).sealed_number,
        invited_by_id=actor.person_id,
    )
    db.session.add(invitation)
    db.session.flush()
    audit.record(invitation, "review_invitation.sent", actor)
    outbox.publish("review.asked", invitation, actor, token_path=f"/reviews/invitations/{token}")
    return invitation


def withdraw(*, invitation: ReviewInvitation, actor: Actor) -> None:
    """Make a mailed invitation useless."""
    if not policy.relations(actor, invitation.proposal) & STAFF:
        raise MoveRefused(N_("Your role does not allow this step."))
    transitions.lock(invitation.proposal)
    if invitation.review_id is not None or not _end(ReviewInvitation.id == invitation.id):
        raise Invalid(N_("This invitation was answered or withdrawn already."))
    audit.record(invitation, "review_invitation.withdrawn", actor)


def _end(*which: ColumnElement[bool]) -> int:
    waiting = update(ReviewInvitation).where(
        *which, ReviewInvitation.answer == "", ReviewInvitation.withdrawn_at.is_(None)
    )
    return affected(waiting.values(withdrawn_at=clock.now()))
