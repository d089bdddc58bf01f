"""A programme with a manager and a call, and eight proposals that differ in all that one can search for."""

import random
from datetime import timedelta

import pytest

from app.core import clock
from app.extensions import db
from app.reviews.models import Review
from tests.factories.identity import make_organisation, make_person, make_programme, make_staff
from tests.factories.reviews import make_assessed_proposal, make_assessing_call, make_review, make_reviewer
from workflows.reviewer_scoring import ReviewState

LOW = {"A1": 3, "A2": 3, "B1": 3}


@pytest.fixture
def programme(session, frozen):
    return make_programme()


@pytest.fixture
def manager(programme):
    return make_staff(programme, "manager")


@pytest.fixture
def call(programme):
    return make_assessing_call(programme=programme)


@pytest.fixture
def browser(session, client, sign_in, manager, call):
    session.commit()
    return sign_in(client, manager)


@pytest.fixture
def world(session, call, frozen):
    """Eight proposals that differ in everything one can search for."""
    chance, found = random.Random(4), []
    for n in range(8):
        proposal = make_assessed_proposal(
            call=call,
            title=[
                "Safer pits",
                "100% tin_trade",
                "Gold of Idjwi",
                "Back\\slash",
                "Pits again",
                "Tin",
                "Cobalt",
                "Or else",
            ][n],
            organisation=make_organisation(
                owner=make_person(locale=("en", "fr", "es")[n % 3]), name=f"House {'AB'[n % 2]}"
            ),
            grant=50_000 + 25_000 * n,
        )
        proposal.countries = [["CD"], ["CD", "RW"], ["BO"], []][n % 4]
        proposal.minerals = [["tin"], ["gold", "tin"], ["cobalt"]][n % 3]
        proposal.funding_window = ["", "small"][n % 2]
        proposal.lead_id = make_person(locale=("en", "fr", "es")[n % 3]).id
        if n == 7:
            proposal.requested_minor = None
        for k in range(n % 4):
            state = chance.choice(["invited", "draft", "submitted", "submitted", "final"])
            scores = chance.choice([None, LOW])
            make_review(
                proposal, reviewer=make_reviewer(call, name=f"Reviewer {['Ana', 'Ben', 'Eva'][k]}"), state=state,
                scores=scores, due_at=clock.now() + timedelta(days=chance.choice([1, 5, 20])),
            )  # fmt: skip
        found.append(proposal)
    row = db.session.query(Review).filter_by(state="invited").first()
    if row:
        row.state = ReviewState.DECLINED.value  # a test may begin anywhere
    session.commit()
    frozen(clock.now() + timedelta(days=2))
    return found
