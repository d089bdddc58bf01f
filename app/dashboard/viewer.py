"""The frame of every page: who is signed in, where they can go, what is unread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import get_flashed_messages, request, url_for
from flask_babel import get_locale, gettext
from flask_login import current_user
from sqlalchemy.exc import SQLAlchemyError

from app.dashboard.navigation import Entry, entries, here
from app.dashboard.queries.frame import unread_and_call
from app.extensions import current_settings, db
from app.identity import queries as identity

LANGUAGES = (("en", "English"), ("fr", "Français"), ("es", "Español"))


@dataclass(frozen=True)
class NavItem:
    """One entry of the main navigation."""

    label: str
    href: str
    current: bool
    count: int = 0


@dataclass(frozen=True)
class Viewer:
    """What the layouts show around every page. By ``key`` a shared device tells whose unsaved text it keeps."""

    signed_in: bool
    key: str
    name: str
    unconfirmed: str
    nav: tuple[NavItem, ...]
    unread: int
    locale: str
    development: bool
    flashes: tuple[tuple[str, str], ...]
    sign_out_url: str
    inbox_url: str
    languages: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Reader:
    """What the database says of the person: name, organisation or proposal, roles, unread notices, present call."""

    name: str = ""
    signed_in: bool = False
    member: bool = False
    collaborator: bool = False
    roles: frozenset[str] = frozenset()
    unread: int = 0
    call: Any = None


def build() -> Viewer:
    """The viewer of this request. A database that does not answer makes a visitor: error pages still have a frame."""
    try:
        reader = _reader()
    except SQLAlchemyError:
        db.session.rollback()
        reader = Reader()
    return Viewer(
        signed_in=reader.signed_in,
        key=str(current_user.person_id) if reader.signed_in else "",
        name=reader.name,
        unconfirmed=current_user.unconfirmed if reader.signed_in else "",
        nav=_nav(reader),
        unread=reader.unread,
        locale=str(get_locale() or "en"),
        development=not current_settings().is_production,
        flashes=tuple((str(pair[0]), str(pair[1])) for pair in get_flashed_messages(with_categories=True)),
        sign_out_url=url_for("identity.sign_out"),
        inbox_url=url_for("notifications.notices"),
        languages=_languages(),
    )


def _reader() -> Reader:
    """At most three queries; memberships and roles are asked once a request."""
    if not current_user.is_authenticated:
        return Reader()
    person_id = current_user.person_id
    roles = identity.programme_roles(person_id)
    member = bool(identity.memberships_of(person_id))
    row = unread_and_call(person_id, tuple(roles))
    return Reader(
        current_user.name,
        True,
        member,
        not member and bool(row.parts),
        frozenset().union(*roles.values()),
        row.unread,
        row if row.code else None,
    )


def _nav(reader: Reader) -> tuple[NavItem, ...]:
    found = tuple(
        entries(
            signed_in=reader.signed_in,
            member=reader.member,
            collaborator=reader.collaborator,
            roles=reader.roles,
            has_call=reader.call is not None,
        )
    )
    current = here(found, request.endpoint or "")
    return tuple(NavItem(gettext(entry.label), _href(entry, reader), entry is current) for entry in found)


def _href(entry: Entry, reader: Reader) -> str:
    values = {"code": {"code": reader.call.code}, "call_id": {"call_id": reader.call.call_id}} if reader.call else {}
    return url_for(entry.endpoint, **values.get(entry.by_call, {}))


def _languages() -> tuple[tuple[str, str, str], ...]:
    here = request.full_path.rstrip("?") if request.method == "GET" else "/"
    return tuple((code, name, url_for("public.language", code=code, next=here)) for code, name in LANGUAGES)
