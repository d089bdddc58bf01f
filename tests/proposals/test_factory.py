"""The factory reaches every state it promises, through the services."""

import pytest

from app.core import audit
from tests.factories.proposals import STATES, make_proposal

REACHED = {
    "draft": ("applying", "draft"),
    "submitted": ("applying", "submitted"),
    "screening": ("applying", "screening"),
    "returned": ("applying", "returned"),
    "ineligible": ("declined", "ineligible"),
    "accepted": ("applying", "accepted"),
    "advised": ("applying", "advised"),
    "withdrawn": ("withdrawn", "withdrawn"),
    "full_draft": ("applying", "draft"),
    "full_submitted": ("applying", "submitted"),
    "full_screening": ("applying", "screening"),
    "full_returned": ("applying", "returned"),
    "assessing": ("assessing", "accepted"),
    "deciding": ("deciding", "accepted"),
    "awarded": ("awarded", "accepted"),
    "reserve": ("reserve", "accepted"),
    "declined": ("declined", "accepted"),
}


@pytest.mark.parametrize("state", STATES)
def test_every_promised_state_is_reached(session, frozen, state):
    proposal = make_proposal(state)
    assert (proposal.state, proposal.stages[-1].state) == REACHED[state]
    assert audit.verify() == []
