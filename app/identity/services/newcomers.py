"""Accounts whose address is not confirmed: what they may not do yet, and what becomes of what they began."""

from __future__ import annotations

from app.core import audit, clock, transitions
from app.core.errors import Invalid, NotFound
from app.core.types import Actor
from app.extensions import db
from app.identity import addresses, queries
from app.identity.models import Person
from app.identity.services import attempts, tokens
from app.identity.services.organisations import add_member, remove_member
from app.identity.services.sign_in import ask_to_verify
from workflows.machine import N_


def refuse_unconfirmed(actor: Actor, field: str | None = None) -> None:
    """Nobody makes us write to others from an address that nobody has confirmed; what was typed stays in its form."""
    person = queries.get_person(actor.person_id)
    if person is not None and person.email_verified_at is None:
        raise Invalid(N_("Confirm your e-mail address first: open the link in the mail we sent you."), field=field)


def send_link_again(*, person: Person) -> bool:
    """Mail the confirming link once more; false when it was mailed too often within the hour."""
    _refuse_confirmed(person)
    return ask_to_verify(person)


def change_address(*, person: Person, email: str, expected_version: int | None, actor: Actor) -> Person:
    """Another address, as long as the present one is not confirmed: links to it die, the new one gets a link."""
    transitions.lock(person, expected_version)
    _refuse_confirmed(person)
    try:
        wanted = addresses.normal_email(email)
    except ValueError as error:
        raise Invalid(N_("Write an e-mail address like name@example.org."), field="email") from error
    if wanted == person.email:
        return person
    person.email, person.email_key = wanted, addresses.email_key(wanted)
    db.session.flush()
    tokens.end_links(person.id, *tokens.LIFETIMES)
    audit.record(person, "person.address_changed", actor)
    if not ask_to_verify(person):
        raise attempts.TooManyAttempts()
    return person


def _refuse_confirmed(person: Person) -> None:
    if person.email_verified_at is not None:
        raise Invalid(N_("Your e-mail address is confirmed."))


def take_over(*, newcomer: Person, owner: Person, actor: Actor) -> None:
    """What was begun with the owner's address goes to the owner: organisations with all their proposals.

    The account that began it is closed; who did what keeps its name.
    """
    _lock_begun(newcomer, owner)
    for organisation in queries.organisations_of(newcomer.id):
        held = {m.person_id: m for m in queries.members_of(organisation.id)}
        add_member(organisation=organisation, person=owner, role=held[newcomer.id].role, actor=actor)
        remove_member(membership=held[newcomer.id], actor=actor)
    _close(newcomer)
    audit.record(newcomer, "person.taken_over", actor, by=owner.name, by_id=str(owner.id))


def discard(*, newcomer: Person, owner: Person, actor: Actor) -> None:
    """Close an account that somebody else began with the owner's address; nothing of it is deleted."""
    _lock_begun(newcomer, owner)
    _close(newcomer)
    audit.record(newcomer, "person.disowned", actor, by=owner.name, by_id=str(owner.id))


def _lock_begun(newcomer: Person, owner: Person) -> None:
    """Only the account that confirmed the very address decides, and only once."""
    transitions.lock(newcomer)
    is_theirs = owner.email_verified_at is not None and newcomer.email_key == owner.email_key
    if not is_theirs or newcomer.email_verified_at is not None or newcomer.suspended_at is not None:
        raise NotFound()


def _close(newcomer: Person) -> None:
    newcomer.suspended_at = clock.now()
    db.session.flush()
    tokens.end_sessions(newcomer.id)
    tokens.end_links(newcomer.id, *tokens.LIFETIMES)
