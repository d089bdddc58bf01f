"""Two programmes with their people and one application each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from app.calls.models import Call
from app.identity.models import Person, Programme
from app.proposals.models import Proposal
from tests.client import AssayClient
from tests.factories.calls import make_call
from tests.factories.identity import make_programme, make_staff
from tests.factories.proposals import make_proposal, owner_of


@dataclass
class World:
    """One programme with a call, a submitted proposal and its people."""

    programme: Programme
    call: Call
    proposal: Proposal
    manager: Person
    auditor: Person
    officer: Person
    applicant: Person


def make_world(code: str) -> World:
    programme = make_programme(code=code, name=f"Programme {code}")
    call = make_call(programme=programme)
    proposal = make_proposal("submitted", call=call)
    return World(
        programme,
        call,
        proposal,
        make_staff(programme, "manager"),
        make_staff(programme, "auditor"),
        make_staff(programme, "officer"),
        owner_of(proposal.organisation),
    )


@pytest.fixture
def worlds(session) -> tuple[World, World]:
    """Ours and another programme."""
    ours, theirs = make_world("OURS"), make_world("THEIRS")
    session.commit()
    return ours, theirs


@pytest.fixture
def browser(sign_in, new_client) -> Any:
    """``browser(person)``: a browser signed in as that person."""

    def make(person: Person) -> AssayClient:
        return sign_in(new_client(), person)

    return make
