"""Where each task and figure leads."""

from __future__ import annotations

import uuid

from flask import url_for


def stage(proposal_id: uuid.UUID, own: bool) -> str:
    """The applicant's task list, or the programme's screening of the same proposal."""
    return proposal(proposal_id) if own else url_for("proposals.screening", proposal_id=proposal_id)


def proposal(proposal_id: uuid.UUID) -> str:
    return url_for("proposals.show", proposal_id=proposal_id)


def proposals(call_code: str, state: str) -> str:
    """The programme's list of a call's proposals in one state."""
    return url_for("proposals.of_call", code=call_code, state=state)


def review(review_id: uuid.UUID) -> str:
    return url_for("reviews.show", review_id=review_id)


def reviews_of(proposal_id: uuid.UUID) -> str:
    return url_for("reviews.of_proposal", proposal_id=proposal_id)


def unblinding(proposal_id: uuid.UUID) -> str:
    return url_for("reviews.unblinding", proposal_id=proposal_id)


def reviews_of_call(call_id: uuid.UUID) -> str:
    return url_for("reviews.of_call", call_id=call_id)


def decision(proposal_id: uuid.UUID) -> str:
    return url_for("decisions.show", proposal_id=proposal_id)


def new_decision(proposal_id: uuid.UUID) -> str:
    return url_for("decisions.propose_form", proposal_id=proposal_id)


def announcement(call_id: uuid.UUID) -> str:
    return url_for("decisions.announce", call_id=call_id)


def decisions_of_call(call_id: uuid.UUID) -> str:
    return url_for("decisions.of_call", call_id=call_id)


def awarded() -> str:
    return url_for("projects.awarded")


def project(project_id: uuid.UUID, anchor: str = "") -> str:
    return url_for("projects.show", project_id=project_id, _anchor=anchor or None)


def projects(call_code: str) -> str:
    return url_for("projects.index", call=call_code)


def payee(project_id: uuid.UUID, payee_id: uuid.UUID | None = None) -> str:
    """The form that records a bank account, or the one that confirms it."""
    if payee_id is None:
        return url_for("projects.payee_form", project_id=project_id)
    return url_for("projects.confirm_payee_form", payee_id=payee_id)


def milestone(milestone_id: uuid.UUID) -> str:
    return url_for("projects.milestone", milestone_id=milestone_id)


def milestones(state: str) -> str:
    return url_for("projects.milestones", state=state)


def payment(payment_id: uuid.UUID) -> str:
    return url_for("projects.payment", payment_id=payment_id)


def payments(call_code: str, state: str = "") -> str:
    return url_for("projects.payments", call=call_code, state=state or None)


def report(report_id: uuid.UUID) -> str:
    return url_for("projects.report", report_id=report_id)


def call(code: str, staff: bool = True) -> str:
    """The programme's page of a call, or the one that everybody sees."""
    return url_for("calls.manage" if staff else "calls.show", code=code)


def mine_sites(step: str = "") -> str:
    return url_for("mines.sites", step=step or None)
