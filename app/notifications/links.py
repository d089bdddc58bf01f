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


def begun(_subject: Subject) -> str:
    """What was begun with the person's address in an account that has not confirmed it."""
    return _path("identity.begun")


def call(subject: Subject) -> str:
    """The call's public page."""
    assert subject.call is not None
    return _path("calls.show", code=subject.call.code)


def questions(subject: Subject) -> str:
    """The staff's list of questions about the call."""
    assert subject.call is not None
    return _path("calls.all_questions", code=subject.call.code)


def my_questions(subject: Subject) -> str:
    """The asker's own questions about the call."""
    assert subject.call is not None
    return _path("calls.questions", code=subject.call.code)


def call_proposals(subject: Subject) -> str:
    """The call's list of proposals, for staff."""
    assert subject.call is not None
    return _path("proposals.of_call", code=subject.call.code)


def application(subject: Subject) -> str:
    """The page of the proposal."""
    assert subject.proposal is not None
    return _path("proposals.show", proposal_id=subject.proposal.id)


def own_application(subject: Subject) -> str:
    """The page of the proposal; where the event names none, the list of the reader's own."""
    return application(subject) if subject.proposal is not None else _path("proposals.index")


def team(subject: Subject) -> str:
    """The team of the proposal."""
    assert subject.proposal is not None
    return _path("proposals.team", proposal_id=subject.proposal.id)


def receipt(subject: Subject) -> str:
    """The receipt of the version that the event is about."""
    stage, number = subject.thing, int(subject.event.payload["version"])
    return _path("proposals.receipt", proposal_id=stage.proposal_id, key=stage.call_stage.key, number=number)


def screening(subject: Subject) -> str:
    """The screening of the submission that the event is about."""
    stage = subject.thing
    return _path("proposals.screening", proposal_id=stage.proposal_id, key=stage.call_stage.key)


def review(subject: Subject) -> str:
    """The reviewer's page of one review."""
    return _path("reviews.show", review_id=subject.thing.id)


def discussion(subject: Subject) -> str:
    """The staff's page of the discussion of a proposal."""
    assert subject.proposal is not None
    return _path("reviews.discussion", proposal_id=subject.proposal.id)


def unblinding(subject: Subject) -> str:
    """The staff's page of what was asked to be shown of a proposal."""
    assert subject.proposal is not None
    return _path("reviews.unblinding", proposal_id=subject.proposal.id)


def my_reviews(_subject: Subject) -> str:
    """The reviewer's list."""
    return _path("reviews.inbox")


def reviews_of_call(subject: Subject) -> str:
    """The staff's overview of the call's reviews."""
    assert subject.call is not None
    return _path("reviews.of_call", call_id=subject.call.id)


def decision(subject: Subject) -> str:
    """The committee's page of the proposal."""
    assert subject.proposal is not None
    return _path("decisions.show", proposal_id=subject.proposal.id)


def result(subject: Subject) -> str:
    """What was decided, for the applicant."""
    assert subject.proposal is not None
    return _path("decisions.result", proposal_id=subject.proposal.id)


def project(subject: Subject) -> str:
    """The page of the project."""
    assert subject.project is not None
    return _path("projects.show", project_id=subject.project.id)


def milestone(subject: Subject) -> str:
    """The page of the milestone."""
    return _path("projects.milestone", milestone_id=subject.thing.id)


def payment(subject: Subject) -> str:
    """The page of the payment."""
    return _path("projects.payment", payment_id=subject.thing.id)


def report(subject: Subject) -> str:
    """The page of the report."""
    return _path("projects.report", report_id=subject.thing.id)


def payee_to_confirm(subject: Subject) -> str:
    """Where finance confirms a bank account."""
    return _path("projects.confirm_payee_form", payee_id=subject.thing.id)


def document(subject: Subject) -> str:
    """The page of a document that an organisation keeps."""
    kept = subject.thing.document
    return _path("identity.document", organisation_id=kept.organisation_id, ident=kept.id)


def home(_subject: Subject) -> str:
    """What waits for the person."""
    return _path("dashboard.work")
