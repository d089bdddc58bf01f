"""Drafts ready to submit."""

from tests.factories.proposals import fill_in, make_proposal


def ready_draft():
    proposal = make_proposal("draft")
    fill_in(proposal.stages[-1])
    return proposal
