"""Work done for nobody: so that a stranger cannot tell by the clock whether an address has an account."""

from __future__ import annotations

from collections.abc import Callable

from app.extensions import db
from app.identity.models import Person
from app.identity.services.people import add_person
from app.identity.services.tokens import new_token


def for_nobody(work: Callable[[Person], object]) -> None:
    """Do what would be done for a person, for one invented on the spot, and undo all of it."""
    savepoint = db.session.begin_nested()
    try:
        work(add_person(f"{new_token()}@nobody.invalid", "", "-", "en"))
    finally:
        savepoint.rollback()
