"""Sheets that are handed in, for the tests of what their reviewers read and say."""

from __future__ import annotations

from tests.factories.reviews import make_review, make_reviewer

NOTE = "Whispered to the staff alone."


def reviewed(proposal, name, state="submitted", **over):
    reviewer = make_reviewer(proposal.call, name=name)
    return make_review(proposal, reviewer=reviewer, state=state, note_to_staff=NOTE, **over)


def others(review):
    return f"/reviews/{review.id}/others"
