"""Fixtures of the tests of proposals."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.core.types import Actor
from app.extensions import db
from app.identity.models import Person
from app.proposals import queries
from app.proposals.models import Proposal, StageSubmission
from tests.client import AssayClient
from tests.factories.identity import actor_of
from tests.factories.proposals import officer_of, owner_of


def owner(proposal: Proposal) -> Actor:
    """The owner of the applicant as the one who acts."""
    return actor_of(owner_of(proposal.organisation))


def loaded(proposal: Proposal) -> StageSubmission:
    """The newest stage as a request would load it, with nothing left over from before."""
    ident = proposal.stages[-1].id
    db.session.commit()
    db.session.expunge_all()
    found = queries.get_stage_submission(ident)
    assert found is not None
    return found


def address(submission: StageSubmission) -> str:
    """The address of a stage."""
    return f"/proposals/{submission.proposal_id}/stages/{submission.call_stage.key}"


@pytest.fixture
def as_owner(client: AssayClient, sign_in) -> Callable[[Proposal], AssayClient]:
    """The browser of the applicant's owner."""

    def signed_in(proposal: Proposal) -> AssayClient:
        db.session.commit()
        return sign_in(client, owner_of(proposal.organisation))

    return signed_in


@pytest.fixture
def as_officer(new_client, sign_in) -> Callable[[Proposal], AssayClient]:
    """The browser of an officer of the programme."""

    def signed_in(proposal: Proposal) -> AssayClient:
        person = db.session.get(Person, officer_of(proposal).person_id)
        db.session.commit()
        return sign_in(new_client(), person)

    return signed_in
