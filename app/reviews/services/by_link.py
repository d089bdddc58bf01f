"""Answering an invitation to review by its link. Who holds the link holds the mailbox that it was sent to."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import update

from app.core import audit, clock, outbox, transitions
from app.core.db import affected
from app.core.types import Actor
from app.extensions import db
from app.identity import queries as identity_queries
from app.identity import services as identity
from app.identity.models import Person
from app.reviews import queries, vocabulary
from app.reviews.models import Review, ReviewInvitation
from app.reviews.queries import asking, pool
from app.reviews.services import answering
from app.reviews.services.asking import is_closed_to
from app.reviews.services.inviting import write_review
from app.reviews.services.pool import ProfileFacts, save_profile
from workflows.actors import REVIEWER
from workflows.reviewer_scoring import ReviewState

SILENT = "-"  # a reason that nobody wrote


@dataclass(frozen=True)
class Accepted:
    """``review`` is none when the proposal is closed to the person; ``password_link`` is for who has a new account."""

    person: Person | None
    review: Review | None
    password_link: str = ""


def open_link(token: str) -> ReviewInvitation:
    """The invitation of a link that can be answered now; raises ``DeadLink``, the same whatever is wrong with it."""
    found = asking.open_invitation(identity.token_hash(token))
    if found is None:
        raise identity.DeadLink()
    return found


def accept_by_link(*, token: str, name: str) -> Accepted:
    """Accept, having declared no conflict of interest and signed the agreement with ``name``.

    Who has no account gets one, with the address that the link proves, and chooses a password before anything opens.
    """
    invitation = open_link(token)
    transitions.lock(invitation.proposal)
    if invitation.review is not None:
        _take(invitation, "accepted")
        return _accepted(invitation.review, invitation.review.reviewer, name)
    known = identity_queries.person_by_email(invitation.email)
    if known is not None and is_closed_to(invitation.proposal, known):
        _take(invitation, "conflicted")
        outbox.publish("review_invitation.conflicted", invitation, _stranger(invitation))
        return Accepted(None, None)
    _take(invitation, "accepted")
    person = known or _new_account(invitation, name)
    review = _review_for(invitation, person)
    invitation.review_id = review.id
    db.session.flush()
    link = "" if known else identity.issue_link(person, "reset_password")
    return _accepted(review, person, name, link)


def _accepted(review: Review, person: Person, name: str, link: str = "") -> Accepted:
    actor = identity.as_actor(person)
    whole = queries.get_review(review.id)
    assert whole is not None
    answering.accept(review=whole, no_conflict=True, signed_as=name, actor=actor)
    return Accepted(person, whole, link)


def _new_account(invitation: ReviewInvitation, name: str) -> Person:
    """Nobody knows its password; a link to choose one follows."""
    return identity.create_person(
        email=invitation.email, name=name, password=identity.new_token(), locale=invitation.locale
    )


def _review_for(invitation: ReviewInvitation, person: Person) -> Review:
    """The review of a person who joins the pool by this; one that they were asked for meanwhile is that one."""
    programme = invitation.proposal.call.programme
    inviter = identity_queries.get_person(invitation.invited_by_id)
    actor = identity.as_actor(inviter) if inviter else Actor(invitation.invited_by_id, "")
    identity.grant_role(programme=programme, person=person, role=REVIEWER, actor=actor)
    if pool.profile_of(programme.id, person.id) is None:
        known = tuple(code for code in (invitation.locale,) if code in vocabulary.LANGUAGES)
        save_profile(programme=programme, person=person, facts=ProfileFacts(languages=known), actor=actor)
    asked = pool.review_by(invitation.proposal_id, person.id)
    if asked is not None and asked.state != ReviewState.INVITED.value:
        raise identity.DeadLink()
    return asked or write_review(invitation.proposal, person, invitation.due_at, actor, invitation.sealed_number)


def decline_by_link(*, token: str, reason: str) -> None:
    """Decline; who has no account gets none, and nothing but the answer is kept."""
    invitation = open_link(token)
    transitions.lock(invitation.proposal)
    _take(invitation, "declined", reason)
    if invitation.review is None:
        outbox.publish("review_invitation.declined", invitation, _stranger(invitation))
        return
    review = queries.get_review(invitation.review.id)
    assert review is not None
    answering.decline(review=review, reason=reason or SILENT, actor=identity.as_actor(review.reviewer))


def declare_conflict_by_link(*, token: str, note: str) -> None:
    """Say that one has a conflict of interest; with an account it is on record, without one the answer is."""
    invitation = open_link(token)
    transitions.lock(invitation.proposal)
    _take(invitation, "conflicted", note)
    if invitation.review is None:
        outbox.publish("review_invitation.conflicted", invitation, _stranger(invitation))
        return
    review = queries.get_review(invitation.review.id)
    assert review is not None
    answering.declare_conflict(review=review, note=note or SILENT, actor=identity.as_actor(review.reviewer))


def _stranger(invitation: ReviewInvitation) -> Actor:
    return Actor(None, invitation.name)


def _take(invitation: ReviewInvitation, answer: str, reason: str = "") -> None:
    """Of many answers at once one counts; the others get ``DeadLink``."""
    waiting = update(ReviewInvitation).where(
        ReviewInvitation.id == invitation.id,
        ReviewInvitation.answer == "",
        ReviewInvitation.withdrawn_at.is_(None),
        ReviewInvitation.expires_at > clock.now(),
    )
    if affected(waiting.values(answer=answer, answered_at=clock.now(), reason=reason)) != 1:
        raise identity.DeadLink()
    db.session.refresh(invitation, attribute_names=["answer", "answered_at", "reason"])
    audit.record(invitation, f"review_invitation.{answer}", _stranger(invitation))
