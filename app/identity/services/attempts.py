"""Counting tries, so that guessing is slow: per account from one address, and per address; never per account alone."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.exc import IntegrityError

from app.core import clock
from app.core.db import affected
from app.core.errors import DomainError
from app.extensions import current_settings, db
from app.identity.models import AttemptCount
from workflows.machine import N_


class TooManyAttempts(DomainError):
    """The limit of a window is reached; the person waits."""

    def __init__(self) -> None:
        super().__init__(N_("Too many attempts. Wait a few minutes, then try again."))


@dataclass(frozen=True)
class Limit:
    """So many tries of one kind for one key in one window."""

    kind: str
    most: int
    window: timedelta


SIGN_IN_ACCOUNT = Limit("sign_in_account", 10, timedelta(minutes=15))
SIGN_IN_ADDRESS = Limit("sign_in_address", 100, timedelta(minutes=15))
REGISTER_ADDRESS = Limit("register_address", 200, timedelta(hours=1))
RESET_ADDRESS = Limit("reset_address", 200, timedelta(hours=1))
MAILS_TO_PERSON = Limit("mails_to_person", 6, timedelta(hours=1))
PRACTICE_ADDRESS = Limit("practice_address", 300, timedelta(minutes=15))
ANSWER_ADDRESS = Limit("answer_address", 300, timedelta(minutes=15))
INVITATIONS_OF_ORGANISATION = Limit("invitations", 60, timedelta(hours=1))


def network_of(address: str) -> str:
    """The address that counts: one IPv4 address, or the /64 network that one IPv6 customer has."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


def refuse_beyond(limit: Limit, *who: str) -> None:
    """Raise ``TooManyAttempts`` when the limit is reached."""
    if is_reached(limit, *who):
        raise TooManyAttempts()


def is_reached(limit: Limit, *who: str) -> bool:
    """Whether the limit is reached in the present window."""
    count = db.session.scalar(
        select(AttemptCount.count).where(
            AttemptCount.key == _key(limit, who), AttemptCount.window_ends_at > clock.unshifted()
        )
    )
    return (count or 0) >= limit.most


def count(limit: Limit, *who: str) -> None:
    """Count one try; a window that ended begins anew. Safe when many count at once."""
    key, now = _key(limit, who), clock.unshifted()
    if _add(key, AttemptCount.window_ends_at > now, {"count": AttemptCount.count + 1}):
        return
    fresh = {"count": 1, "window_ends_at": now + limit.window}
    if _add(key, AttemptCount.window_ends_at <= now, fresh):
        return
    try:
        with db.session.begin_nested():
            db.session.add(AttemptCount(key=key, **fresh))
    except IntegrityError:
        _add(key, AttemptCount.key == key, {"count": AttemptCount.count + 1})


def take(limit: Limit, *who: str) -> bool:
    """Count one when the limit allows it; false when it is reached."""
    if is_reached(limit, *who):
        return False
    count(limit, *who)
    return True


def count_practice(address: str) -> None:
    """Count one page of a form that is tried without an account; raises ``TooManyAttempts`` beyond the limit."""
    network = network_of(address)
    refuse_beyond(PRACTICE_ADDRESS, network)
    count(PRACTICE_ADDRESS, network)


def count_answer(address: str) -> None:
    """Count one answer that is given by a mailed link, without signing in; raises ``TooManyAttempts`` beyond the limit."""
    network = network_of(address)
    refuse_beyond(ANSWER_ADDRESS, network)
    count(ANSWER_ADDRESS, network)


def _add(key: str, condition: ColumnElement[bool], values: dict[str, Any]) -> bool:
    return affected(update(AttemptCount).where(AttemptCount.key == key, condition).values(**values)) > 0


def forget(limit: Limit, *who: str) -> None:
    """Begin at zero: the right password was given."""
    _add(_key(limit, who), AttemptCount.count > 0, {"count": 0})


def _key(limit: Limit, who: tuple[str, ...]) -> str:
    """A key that names nobody: neither addresses nor accounts can be read from the table."""
    secret = current_settings().secret_key.encode()
    return f"{limit.kind}:{hmac.new(secret, repr(who).encode(), hashlib.sha256).hexdigest()}"
