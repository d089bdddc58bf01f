"""Signing in: the same time and the same answer whether the account exists or not."""

from __future__ import annotations

import structlog

from app.core import audit, outbox, transitions
from app.core.errors import Invalid
from app.extensions import current_settings, db
from app.identity import passwords, queries
from app.identity.addresses import email_key
from app.identity.models import Person
from app.identity.services import attempts, tokens
from app.identity.services.people import as_actor
from workflows.machine import N_

log = structlog.get_logger()


# How many passwords one sign-in compares, whether there are so many accounts with the address or none: the one that
# confirmed it, and the newest that only gave it.
CHECKED = 3


class SignInRefused(Invalid):
    """Wrong address or password."""


def sign_in(*, email: str, password: str, address: str) -> Person:
    """Check a password. Raises ``SignInRefused`` (counted: the caller commits) or ``TooManyAttempts``."""
    who = (email_key(email), attempts.network_of(address))
    attempts.refuse_beyond(attempts.SIGN_IN_ACCOUNT, *who)
    attempts.refuse_beyond(attempts.SIGN_IN_ADDRESS, who[1])
    person = _whose_password(email, password)
    if person is None:
        attempts.count(attempts.SIGN_IN_ACCOUNT, *who)
        attempts.count(attempts.SIGN_IN_ADDRESS, who[1])
        log.info("sign_in.refused")
        raise SignInRefused(N_("The e-mail address or the password is not right."))
    attempts.forget(attempts.SIGN_IN_ACCOUNT, *who)
    if person.email_verified_at is None and not tokens.has_link(person, "verify_email"):
        ask_to_verify(person)
    _note_sign_in(person, password)
    return person


def _whose_password(email: str, password: str) -> Person | None:
    """The account of this address and password that is open; takes as long whatever accounts there are."""
    owner = queries.person_by_email(email)
    known = [owner, *queries.newcomers_with(email, CHECKED - 1)]
    known += [None] * (CHECKED - len(known))
    right = [person for person in known if has_password(person, password)]
    return next((person for person in right if person and person.suspended_at is None), None)


def has_password(person: Person | None, password: str) -> bool:
    """Whether this is the person's password; takes as long when there is no such person."""
    stored = person.password_hash if person else ""
    return passwords.matches(password, stored, current_settings().argon2_memory_kib)


def _note_sign_in(person: Person, password: str) -> None:
    """Audit the sign-in, and store the hash anew when its parameters are no longer today's."""
    transitions.lock(person)
    memory = current_settings().argon2_memory_kib
    if passwords.is_outdated(person.password_hash, memory):
        person.password_hash = passwords.make_hash(password, memory)
        db.session.flush()
    audit.record(person, "person.signed_in", as_actor(person))


def ask_to_verify(person: Person) -> bool:
    """Mail the link that confirms the address; to whom has an account with it, that one was begun. False: mailed too often.

    The mails to one address are counted, however many accounts give it. Either way takes as long.
    """
    if not attempts.take(attempts.MAILS_TO_PERSON, person.email_key):
        return False
    token = tokens.issue_link(person, "verify_email")
    owner = queries.person_by_email(person.email)
    if owner is None:
        outbox.publish("person.verification_requested", person, as_actor(person), token_path=f"/verify/{token}")
    else:
        outbox.publish("person.already_registered", owner, as_actor(owner))
    return True


def mail_password_link(person: Person) -> None:
    """Mail the link to choose a password."""
    token = tokens.issue_link(person, "reset_password")
    outbox.publish("person.password_reset_requested", person, as_actor(person), token_path=f"/reset-password/{token}")
