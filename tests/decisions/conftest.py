"""Fixtures of the tests of decisions."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.core.outbox import OutboxEvent
from app.core.types import Money
from tests.factories.identity import actor_of
from tests.factories.reviews import (
    make_assessing_call,
    make_officer,
    make_tabled_proposal,
)

HIGH, MIDDLE, PASSING, FAILING = ({"A1": a, "A2": a, "B1": b} for a, b in ((5, 5), (4, 4), (3, 3), (2, 5)))


@pytest.fixture
def call(session):
    return make_assessing_call(budget="250000.00")


@pytest.fixture
def browse(client, sign_in, session):
    def start(person):
        session.commit()
        return sign_in(client, person)

    return start


@pytest.fixture
def ranked(call):
    spec = ((100_000, HIGH), (200_000, MIDDLE), (120_000, PASSING), (50_000, FAILING))
    return [make_tabled_proposal(call=call, grant=g, scores=(s, s)) for g, s in spec]


def eur(amount):
    return Money(Decimal(amount), "EUR")


@pytest.fixture
def officer(call):
    return actor_of(make_officer(call))


def events(session, name):
    return list(session.query(OutboxEvent).filter_by(name=name))
