"""Typing the password again before what moves money or power; the session gets another token."""

from __future__ import annotations

from datetime import timedelta

import structlog
from sqlalchemy import or_, select

from app.core import audit, clock, transitions
from app.core.errors import Invalid
from app.extensions import db
from app.identity.addresses import email_key
from app.identity.models import LoginSession, Person
from app.identity.services import attempts, tokens
from app.identity.services.people import as_actor
from app.identity.services.sign_in import has_password
from workflows.machine import N_

log = structlog.get_logger()
# The second request of a double click brings the token that the first has just replaced.
JUST_REPLACED = timedelta(minutes=1)


class NotConfirmed(Invalid):
    """The password was wrong; the try was counted."""


def confirming_person(token: str) -> Person | None:
    """Whose session this is, also when it was replaced a moment ago: that is no proof, the password is."""
    now = clock.unshifted()
    found = db.session.scalar(
        select(LoginSession).where(
            LoginSession.token_hash == tokens.token_hash(token),
            LoginSession.expires_at > now,
            or_(LoginSession.revoked_at.is_(None), LoginSession.revoked_at > now - JUST_REPLACED),
        )
    )
    return found.person if found and found.person.suspended_at is None else None


def check_password(*, person: Person, password: str, address: str, field: str = "confirm_password") -> None:
    """Raises ``NotConfirmed`` (counted like a failed sign-in: the caller commits) or ``TooManyAttempts``."""
    who = (email_key(person.email), attempts.network_of(address))
    attempts.refuse_beyond(attempts.SIGN_IN_ACCOUNT, *who)
    attempts.refuse_beyond(attempts.SIGN_IN_ADDRESS, who[1])
    if not has_password(person, password):
        attempts.count(attempts.SIGN_IN_ACCOUNT, *who)
        attempts.count(attempts.SIGN_IN_ADDRESS, who[1])
        log.info("confirmation.refused", person_id=str(person.id))
        raise NotConfirmed(N_("This is not your password."), field=field)
    attempts.forget(attempts.SIGN_IN_ACCOUNT, *who)


def replace_session(token: str) -> str | None:
    """After the right password: another token for this browser, the old one is dead. None when the account is closed."""
    person = confirming_person(token)
    if person is None:
        return None
    transitions.lock(person)
    tokens.end_session(token)
    audit.record(person, "person.confirmed", as_actor(person))
    return tokens.open_session(person)
