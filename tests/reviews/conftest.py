"""Fixtures of the tests of reviews."""

from __future__ import annotations

import pytest

from app.core.outbox import OutboxEvent
from tests.factories.identity import actor_of
from tests.factories.reviews import (
    make_assessed_proposal,
    make_assessing_call,
    make_officer,
)
from tests.reviews.discussing import reviewed

CANARY = "Pits collapse in the rain."


@pytest.fixture
def proposal(session):
    return make_assessed_proposal(title="Safer pits at Numbi")


@pytest.fixture
def browse(client, sign_in, session):
    """``browse(review)``: the reviewer's browser."""

    def start(review):
        session.commit()
        return sign_in(client, review.reviewer)

    return start


@pytest.fixture
def officer(proposal):
    return actor_of(make_officer(proposal.call))


@pytest.fixture
def talked(session):
    return make_assessed_proposal(call=make_assessing_call(process={"discussion": True}), title="Safer pits at Numbi")


@pytest.fixture
def pair(talked):
    """Two sheets handed in."""
    return reviewed(talked, "Ada Quellwasser"), reviewed(
        talked, "Ben Steinbruch", comment_to_applicant="Ben's comment."
    )


def events(session, name):
    return list(session.query(OutboxEvent).filter_by(name=name))
