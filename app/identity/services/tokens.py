"""Secrets that are handed out once: mailed links and the tokens of signed-in browsers. Only hashes are stored."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from datetime import timedelta

from sqlalchemy import ColumnElement, select, update

from app.core import clock
from app.core.db import affected
from app.core.errors import Invalid
from app.extensions import db
from app.identity.models import LoginSession, OneTimeToken, Person
from workflows.machine import N_

LIFETIMES = {"verify_email": timedelta(days=3), "reset_password": timedelta(hours=2)}
SESSION_LIFETIME = timedelta(days=7)


class DeadLink(Invalid):
    """A mailed link that was used, replaced or has expired."""

    def __init__(self) -> None:
        super().__init__(N_("This link no longer works. It was used, replaced by a newer one, or is too old."))


def token_hash(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def new_token() -> str:
    """A token nobody can guess (256 bits)."""
    return secrets.token_urlsafe(32)


def issue_link(person: Person, purpose: str) -> str:
    """Make a one-time token for the person and end the older ones of the same purpose; returns the token."""
    end_links(person.id, purpose)
    token = new_token()
    now = clock.unshifted()
    db.session.add(
        OneTimeToken(
            token_hash=token_hash(token), purpose=purpose, person_id=person.id, expires_at=now + LIFETIMES[purpose]
        )
    )
    db.session.flush()
    return token


def open_link(token: str, purpose: str) -> Person | None:
    """The person whose link this is, while it still works. Looking does not use it."""
    link = db.session.scalar(select(OneTimeToken).where(*_usable(token, purpose)))
    return link.person if link and link.person.suspended_at is None else None


def use_link(token: str, purpose: str) -> Person:
    """Use a link up: of many that try at once, one succeeds; the others get ``DeadLink``."""
    person = open_link(token, purpose)
    use = update(OneTimeToken).where(*_usable(token, purpose)).values(used_at=clock.unshifted())
    if person is None or affected(use) != 1:
        raise DeadLink()
    return person


def _usable(token: str, purpose: str) -> tuple[ColumnElement[bool], ...]:
    return (
        OneTimeToken.token_hash == token_hash(token),
        OneTimeToken.purpose == purpose,
        OneTimeToken.used_at.is_(None),
        OneTimeToken.expires_at > clock.unshifted(),
    )


def has_link(person: Person, purpose: str) -> bool:
    """Whether the person has a link of this purpose that still works."""
    theirs = (
        OneTimeToken.person_id == person.id,
        OneTimeToken.purpose == purpose,
        OneTimeToken.used_at.is_(None),
        OneTimeToken.expires_at > clock.unshifted(),
    )
    return db.session.scalar(select(OneTimeToken.id).where(*theirs).limit(1)) is not None


def end_links(person_id: uuid.UUID, *purposes: str) -> None:
    """Make the person's open links of these purposes useless."""
    theirs = OneTimeToken.person_id == person_id, OneTimeToken.purpose.in_(purposes)
    affected(update(OneTimeToken).where(*theirs, OneTimeToken.used_at.is_(None)).values(used_at=clock.unshifted()))


def open_session(person: Person) -> str:
    """Sign one browser in, its password just typed; returns the token for its cookie."""
    token, now = new_token(), clock.unshifted()
    db.session.add(
        LoginSession(
            token_hash=token_hash(token), person_id=person.id, expires_at=now + SESSION_LIFETIME, confirmed_at=now
        )
    )
    db.session.flush()
    return token


def end_session(token: str) -> None:
    """Sign one browser out, for good: a copy of its cookie is worth nothing."""
    _end_sessions(LoginSession.token_hash == token_hash(token))


def end_sessions(person_id: uuid.UUID) -> int:
    """Sign the person out everywhere; returns in how many browsers."""
    return _end_sessions(LoginSession.person_id == person_id)


def _end_sessions(which: ColumnElement[bool]) -> int:
    open_ones = update(LoginSession).where(which, LoginSession.revoked_at.is_(None))
    return affected(open_ones.values(revoked_at=clock.unshifted()))
