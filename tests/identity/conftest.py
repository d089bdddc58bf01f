"""Fixtures of the tests of identity."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.identity.models import Person
from tests.conftest import NOON, sign_in_directly
from tests.factories.identity import make_member, make_organisation, make_person, make_programme, make_staff


@pytest.fixture
def people(session, new_client, sign_in):
    """An organisation with an owner, an editor, a viewer, and a stranger; each with a browser."""
    owner = make_person(name="Olga")
    organisation = make_organisation(owner=owner, name="Umoja")
    cast = {
        "owner": owner,
        "editor": make_member(organisation, "editor"),
        "viewer": make_member(organisation, "viewer"),
    }
    cast["stranger"] = make_person(email="stranger@example.org")
    session.commit()
    browsers = {role: sign_in(new_client(), person) for role, person in cast.items()}
    return organisation, cast, browsers


@pytest.fixture
def programme(session):
    programme = make_programme(code="OURS", name="Ours")
    make_person(email="nia@example.org", name="Nia")
    session.commit()
    return programme


@pytest.fixture
def manager(programme, session):
    manager = make_staff(programme, "manager")
    session.commit()
    return manager


@pytest.fixture
def stale(client, manager):
    """A manager's browser whose password was typed ten minutes ago."""
    return sign_in_directly(client, manager, NOON - timedelta(minutes=10))


@pytest.fixture
def person(session) -> Person:
    person = make_person(email="ana@example.org", name="Ana")
    session.commit()
    return person
