"""Accounts: making them, suspending them, what a person says about themselves."""

from __future__ import annotations

from app.core import audit, clock, transitions
from app.core.errors import Invalid
from app.core.types import SYSTEM_ACTOR, Actor
from app.extensions import current_settings, db
from app.identity import addresses, passwords, queries
from app.identity.models import Person
from app.identity.services import tokens
from workflows.machine import N_


def as_actor(person: Person) -> Actor:
    """The person as the one who acts."""
    return Actor(person.id, person.name)


def create_person(
    *, email: str, name: str, password: str, verified: bool = True, locale: str = "en", actor: Actor = SYSTEM_ACTOR
) -> Person:
    """Make an account outright (command line, seeds); the caller answers for the address."""
    address = _address(email)
    if verified and queries.person_by_email(address):
        raise Invalid(N_("There is already an account with this address."), field="email")
    hashed = passwords.make_hash(password, current_settings().argon2_memory_kib)
    person = add_person(address, name, hashed, locale)
    person.email_verified_at = clock.now() if verified else None
    db.session.flush()
    audit.record(person, "person.created", actor)
    return person


def add_person(address: str, name: str, password_hash: str, locale: str) -> Person:
    """Write the row of a new account."""
    person = Person(
        email=address,
        email_key=addresses.email_key(address),
        name=name.strip(),
        password_hash=password_hash,
        locale=locale,
    )
    db.session.add(person)
    db.session.flush()
    return person


def _address(email: str) -> str:
    try:
        return addresses.normal_email(email)
    except ValueError as error:
        raise Invalid(N_("Write an e-mail address like name@example.org."), field="email") from error


def change_account(*, person: Person, name: str, locale: str, expected_version: int | None, actor: Actor) -> Person:
    """Change what the person is called and in which language we write to them."""
    transitions.lock(person, expected_version)
    changed = {k: v for k, v in (("name", name.strip()), ("locale", locale)) if getattr(person, k) != v}
    for column, value in changed.items():
        setattr(person, column, value)
    if changed:
        db.session.flush()
        audit.record(person, "person.changed", actor, fields=sorted(changed))
    return person


def suspend(*, person: Person, reason: str, actor: Actor) -> Person:
    """Close an account: every browser is signed out at its next request and mailed links stop working."""
    transitions.lock(person)
    if person.id == actor.person_id:
        raise Invalid(N_("You cannot suspend your own account."))
    if not reason.strip():
        raise Invalid(N_("Give a reason."), field="reason")
    if person.suspended_at is not None:
        raise Invalid(N_("This account is suspended already."))
    person.suspended_at = clock.now()
    db.session.flush()
    tokens.end_sessions(person.id)
    tokens.end_links(person.id, *tokens.LIFETIMES)
    audit.record(person, "person.suspended", actor, reason=reason.strip())
    return person


def unsuspend(*, person: Person, reason: str, actor: Actor) -> Person:
    """Open a suspended account again; the person signs in anew."""
    transitions.lock(person)
    if not reason.strip():
        raise Invalid(N_("Give a reason."), field="reason")
    if person.suspended_at is None:
        raise Invalid(N_("This account is not suspended."))
    person.suspended_at = None
    db.session.flush()
    audit.record(person, "person.unsuspended", actor, reason=reason.strip())
    return person
