"""Registering and confirming the address. No page tells whether an address is known; only its owner's mail does.

Whoever registers may begin at once, in an account whose address is only said. The address belongs to the account that
confirms it; what others with the same address have begun can then be taken over by it, and by nobody else.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.exc import IntegrityError

from app.core import audit, clock, transitions
from app.core.errors import Invalid
from app.extensions import current_settings, db
from app.identity import addresses, passwords, queries
from app.identity.models import Person
from app.identity.services import attempts, tokens
from app.identity.services.confirming import check_password
from app.identity.services.people import add_person, as_actor
from app.identity.services.sign_in import CHECKED, ask_to_verify, has_password
from workflows.machine import N_

# Within this time the same address with the same password is the same wish: a double click, a page sent again.
SAME_WISH = timedelta(minutes=2)


class AddressTaken(Invalid):
    """Another account has confirmed the address meanwhile; it may take over what was begun."""

    def __init__(self) -> None:
        super().__init__(N_("There is an account with this address already."))


def register_person(*, email: str, name: str, password: str, locale: str, address: str = "") -> Person:
    """Make an account that may begin at once, and mail its address the link that confirms it."""
    try:
        wanted = addresses.normal_email(email)
    except ValueError as error:
        raise Invalid(N_("Write an e-mail address like name@example.org."), field="email") from error
    if weak := passwords.weakness(password, email):
        raise Invalid(weak.message, field="password", **weak.params)
    _count_registration(address)
    if begun := _just_begun(wanted, password):
        return begun
    person = add_person(wanted, name, passwords.make_hash(password, current_settings().argon2_memory_kib), locale)
    audit.record(person, "person.registered", as_actor(person))
    ask_to_verify(person)
    return person


def _just_begun(email: str, password: str) -> Person | None:
    """The account of the same wish a moment ago. As many passwords are checked whether there are such accounts or not."""
    since = clock.now() - SAME_WISH
    young = [p for p in queries.newcomers_with(email, CHECKED) if p.created_at > since]
    known: list[Person | None] = [*young, *([None] * (CHECKED - len(young)))]
    return next((p for p in [p for p in known if has_password(p, password)] if p), None)


def _count_registration(address: str) -> None:
    """Also keeps two posts of one form from one network behind each other."""
    if network := attempts.network_of(address):
        attempts.refuse_beyond(attempts.REGISTER_ADDRESS, network)
        attempts.count(attempts.REGISTER_ADDRESS, network)


def verify_email(*, token: str, password: str | None, address: str = "") -> Person:
    """Confirm the address of a mailed link.

    Who opens the mail need not be who registered: outside the account's own session (``password`` is none there) it
    takes the account's password, so that confirming never gives an address to a stranger's account. Raises
    ``NotConfirmed`` for a wrong one (counted: the caller commits).
    """
    person = tokens.open_link(token, "verify_email")
    if person is None:
        raise tokens.DeadLink()
    if password is not None:
        check_password(person=person, password=password, address=address, field="account_password")
    person = tokens.use_link(token, "verify_email")
    confirm(person)
    return person


def confirm(person: Person) -> None:
    """Note that the address is the person's. Raises ``AddressTaken`` when another account was first."""
    transitions.lock(person)
    if person.email_verified_at is not None:
        return
    owner = queries.person_by_email(person.email)
    if owner is not None:
        raise AddressTaken()
    now = clock.now()
    try:
        with db.session.begin_nested():
            person.email_verified_at = now
            db.session.flush()
    except IntegrityError as error:
        raise AddressTaken() from error
    audit.record(person, "person.email_verified", as_actor(person))


def choose_password_instead(*, token: str) -> str:
    """Who opened the mailed link and does not know the password may set one: the confirming link for that one."""
    person = tokens.use_link(token, "verify_email")
    if queries.person_by_email(person.email) is not None:
        raise AddressTaken()
    return tokens.issue_link(person, "reset_password")
