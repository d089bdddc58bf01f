"""Deciding checks."""

from app.proposals import services
from tests.factories.proposals import officer_of


def decide(proposal, code, outcome="pass", note="Seen."):
    return services.decide_check(
        submission=proposal.stages[-1], code=code, outcome=outcome, note=note, actor=officer_of(proposal)
    )
