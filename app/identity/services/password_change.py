"""New passwords: after a mailed link, or with the present one. Both sign the person out everywhere."""

from __future__ import annotations

from app.core import audit, outbox, transitions
from app.core.errors import Invalid
from app.extensions import current_settings, db
from app.identity import passwords, queries
from app.identity.addresses import email_key
from app.identity.models import Person
from app.identity.services import attempts, tokens
from app.identity.services.people import as_actor
from app.identity.services.pretending import for_nobody
from app.identity.services.registration import confirm
from app.identity.services.sign_in import has_password, mail_password_link
from workflows.machine import N_


def request_password_reset(*, email: str, address: str = "") -> None:
    """Mail a link to choose a new password, if there is such an account; the caller cannot tell."""
    if network := attempts.network_of(address):
        attempts.refuse_beyond(attempts.RESET_ADDRESS, network)
        attempts.count(attempts.RESET_ADDRESS, network)
    person = queries.person_by_email(email) or next(iter(queries.newcomers_with(email, 1)), None)
    is_open = person is not None and person.suspended_at is None
    if attempts.take(attempts.MAILS_TO_PERSON, email_key(email)) and person and is_open:
        _send_link(person)
    else:
        for_nobody(_send_link)


def _send_link(person: Person) -> None:
    transitions.lock(person)
    audit.record(person, "person.password_reset_requested", as_actor(person))
    mail_password_link(person)


def reset_password(*, token: str, password: str) -> Person:
    """Set a new password with a mailed link, which also confirms the address. Every session and link ends."""
    person = tokens.open_link(token, "reset_password")
    if person is None:
        raise tokens.DeadLink()
    _refuse_weak(person, password)
    person = tokens.use_link(token, "reset_password")
    transitions.lock(person)
    confirm(person)
    _set_password(person, password, "person.password_reset")
    return person


def change_password(*, person: Person, present: str, password: str, address: str) -> Person:
    """Set a new password given the present one. Wrong guesses are counted like failed sign-ins (the caller commits)."""
    who = (email_key(person.email), attempts.network_of(address))
    attempts.refuse_beyond(attempts.SIGN_IN_ACCOUNT, *who)
    if not has_password(person, present):
        attempts.count(attempts.SIGN_IN_ACCOUNT, *who)
        raise WrongPassword(N_("This is not your present password."), field="present")
    _refuse_weak(person, password)
    transitions.lock(person)
    _set_password(person, password, "person.password_changed")
    return person


class WrongPassword(Invalid):
    """The present password was wrong; the try was counted."""


def _refuse_weak(person: Person, password: str) -> None:
    if weak := passwords.weakness(password, person.email):
        raise Invalid(weak.message, field="password", **weak.params)


def _set_password(person: Person, password: str, action: str) -> None:
    """Store the hash, end every session and every open link, and tell the owner."""
    person.password_hash = passwords.make_hash(password, current_settings().argon2_memory_kib)
    db.session.flush()
    tokens.end_sessions(person.id)
    tokens.end_links(person.id, *tokens.LIFETIMES)
    audit.record(person, action, as_actor(person))
    outbox.publish("person.password_changed", person, as_actor(person))
