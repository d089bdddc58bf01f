"""Where each task and figure leads."""

from __future__ import annotations

import uuid

from flask import url_for


def stage(proposal_id: uuid.UUID, key: str, own: bool) -> str:
    """The applicant's task list, or the programme's page of the same proposal."""
    if own:
        return url_for("proposals.show", proposal_id=proposal_id)
    return url_for("proposals.screening", proposal_id=proposal_id)


def proposal(proposal_id: uuid.UUID) -> str:
    return url_for("proposals.show", proposal_id=proposal_id)


def review(review_id: uuid.UUID) -> str:
    return url_for("reviews.show", review_id=review_id)


def reviews_of(proposal_id: uuid.UUID) -> str:
    return url_for("reviews.of_proposal", proposal_id=proposal_id)


def decision(proposal_id: uuid.UUID) -> str:
    return url_for("decisions.show", proposal_id=proposal_id)


def project(project_id: uuid.UUID, anchor: str = "") -> str:
    return url_for("projects.show", project_id=project_id, _anchor=anchor or None)


def call(code: str) -> str:
    return url_for("calls.manage", code=code)
