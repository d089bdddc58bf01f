"""Registering and confirming the address. The page never tells whether an address is known; only its owner's mail does."""

from __future__ import annotations

from sqlalchemy.exc import IntegrityError

from app.core import audit, clock, outbox, transitions
from app.core.errors import Invalid
from app.extensions import current_settings, db
from app.identity import addresses, passwords, queries
from app.identity.models import Person
from app.identity.services import attempts, tokens
from app.identity.services.people import add_person, as_actor
from app.identity.services.pretending import for_nobody
from app.identity.services.sign_in import ask_to_verify
from workflows.machine import N_


def register_person(*, email: str, name: str, password: str, locale: str, address: str = "") -> None:
    """Make an account and mail the confirming link; for a known address, tell its owner instead. Returns nothing."""
    try:
        wanted = addresses.normal_email(email)
    except ValueError as error:
        raise Invalid(N_("Write an e-mail address like name@example.org."), field="email") from error
    if weak := passwords.weakness(password, email):
        raise Invalid(weak.message, field="password", **weak.params)
    _count_registration(address)
    known = queries.person_by_email(wanted)
    memory = current_settings().argon2_memory_kib
    if known is None:
        _register_new(wanted, name, passwords.make_hash(password, memory), locale)
    else:
        _tell_or_distrust(known, same=passwords.matches(password, known.password_hash, memory))
        for_nobody(_welcome)


def _register_new(email: str, name: str, hashed: str, locale: str) -> None:
    """Write the new account, unless another request registered the address a moment ago."""
    try:
        with db.session.begin_nested():
            person = add_person(email, name, hashed, locale)
    except IntegrityError:
        if first := queries.person_by_email(email):
            _tell_or_distrust(first, same=True)
        return
    _welcome(person)
    for_nobody(_tell_owner)


def _welcome(person: Person) -> None:
    audit.record(person, "person.registered", as_actor(person))
    ask_to_verify(person)


def _tell_owner(person: Person) -> None:
    if attempts.take(attempts.MAILS_TO_PERSON, str(person.id)):
        outbox.publish("person.already_registered", person, as_actor(person))


def _tell_or_distrust(person: Person, *, same: bool) -> None:
    """Tell the owner of a known address; while nobody has confirmed it, two different passwords cancel each other.

    Otherwise somebody could register your address first and keep their password after you confirm it. Whoever opens
    the mailed link chooses the password.
    """
    if person.suspended_at is not None:
        return
    if person.email_verified_at is not None:
        _tell_owner(person)
        return
    if not same:
        transitions.lock(person)
        person.password_hash = ""
        db.session.flush()
        tokens.end_links(person.id, "verify_email")
        audit.record(person, "person.registered_again", as_actor(person))
    ask_to_verify(person)


def _count_registration(address: str) -> None:
    if network := attempts.network_of(address):
        attempts.refuse_beyond(attempts.REGISTER_ADDRESS, network)
        attempts.count(attempts.REGISTER_ADDRESS, network)


def verify_email(*, token: str) -> Person:
    """Confirm the address of a mailed link."""
    person = tokens.use_link(token, "verify_email")
    transitions.lock(person)
    if person.email_verified_at is None:
        person.email_verified_at = clock.now()
        db.session.flush()
        audit.record(person, "person.email_verified", as_actor(person))
    return person
