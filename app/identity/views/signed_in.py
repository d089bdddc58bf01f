"""Who is signed in: the cookie holds an opaque token, everything else is asked of the database at every request."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from flask import g, session
from flask_login import UserMixin, login_user

from app.core import clock
from app.extensions import login_manager
from app.identity import queries, services
from app.identity.models import Person


@dataclass(frozen=True)
class SignedInPerson(UserMixin):
    """The signed-in person as pages know them (``flask_login.current_user``).

    ``unconfirmed`` is the address as long as nobody has confirmed it, else empty.
    """

    person_id: uuid.UUID
    name: str
    locale: str
    token: str
    confirmed_at: datetime
    unconfirmed: str = ""

    def get_id(self) -> str:
        """What Flask-Login keeps in the cookie: the token, never the person's id."""
        return self.token


@login_manager.user_loader
def load_signed_in(token: str) -> SignedInPerson | None:
    """The person of a session token; nobody when it was revoked, has expired, or the person is suspended or gone."""
    found = queries.live_session(services.token_hash(token))
    if found is None:
        return None
    return _as_page_knows(found.person, token, found.confirmed_at)


def _as_page_knows(person: Person, token: str, confirmed_at: datetime) -> SignedInPerson:
    unconfirmed = "" if person.email_verified_at else person.email
    return SignedInPerson(person.id, person.name, person.locale, token, confirmed_at, unconfirmed)


def sign_browser_in(person: Person) -> None:
    """Sign this browser in with a token of its own; whatever cookie it had before is worth nothing now."""
    sign_browser_out()
    token = services.open_session(person)
    login_user(_as_page_knows(person, token, clock.unshifted()))


def sign_browser_out() -> None:
    """End this browser's session in the database and empty its cookie."""
    token = session.get("_user_id")
    if isinstance(token, str):
        services.end_session(token)
    session.clear()
    g.pop("_login_user", None)
    g.pop("csrf_token", None)  # of the session that ended
