"""Where each telling leads: a path of this site that works after signing in, too. Mails put the configured address before it."""

from __future__ import annotations

from urllib.parse import urlsplit

from app.notifications.subjects import Subject
from app.web.security import external_url


def _path(endpoint: str, **values: object) -> str:
    """The path of a page, built outside any request."""
    parts = urlsplit(external_url(endpoint, **values))
    return parts.path + (f"?{parts.query}" if parts.query else "")


def secret(subject: Subject) -> str:
    """The one-time link of the event; it stands nowhere else."""
    return subject.event.payload["token_path"]


def sign_in(_subject: Subject) -> str:
    return _path("identity.sign_in")


def call(subject: Subject) -> str:
    """The call's public page."""
    assert subject.call is not None
    return _path("calls.show", code=subject.call.code)


def call_proposals(subject: Subject) -> str:
    """The call's list of proposals, for staff."""
    assert subject.call is not None
    return _path("proposals.list_call", call_id=subject.call.id)


def application(subject: Subject) -> str:
    """The applicant's own page of the proposal."""
    assert subject.proposal is not None
    return _path("proposals.show", proposal_id=subject.proposal.id)


def screening(subject: Subject) -> str:
    """The staff's page of the proposal."""
    return application(subject)


def review(subject: Subject) -> str:
    """The reviewer's page of one review."""
    return _path("reviews.show", review_id=subject.thing.id)


def my_reviews(_subject: Subject) -> str:
    """The reviewer's list."""
    return _path("reviews.inbox")


def reviews_of_call(subject: Subject) -> str:
    """The staff's overview of the call's reviews."""
    assert subject.call is not None
    return _path("reviews.of_call", call_id=subject.call.id)


def decisions_of_call(subject: Subject) -> str:
    """The ranked list of the call with its decisions."""
    assert subject.call is not None
    return _path("decisions.of_call", call_id=subject.call.id)


def project(subject: Subject) -> str:
    """The project's page, at the part that the event is about."""
    assert subject.project is not None
    return _path("projects.show", project_id=subject.project.id)
