"""Checking the answers, submitting them, and the proofs: receipt, version, changes, files."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.core.errors import Conflict, Invalid, MoveRefused, NotFound
from app.proposals import policy, queries, services
from app.proposals.forms import SubmitForm
from app.proposals.models import SealedSubmission, StageSubmission
from app.proposals.present import checking
from app.proposals.views import bp
from app.proposals.views.loading import language, load_stage
from app.web import transaction
from app.web.downloads import attachment, text_download
from app.web.filters import translate
from app.web.permissions import current_actor, relations_to, requires
from app.web.rendering import render
from workflows.proposal_submission import StageState

STAGE = "/<uuid:proposal_id>/stages/<key>"
HandIn = Callable[..., SealedSubmission]
HAND_IN: dict[StageState, HandIn] = {
    StageState.DRAFT: services.submit,
    StageState.AWAITING_SIGN_OFF: services.submit,
    StageState.SUBMITTED: services.resubmit,
    StageState.RETURNED: services.correct,
}
Answer = Response | str | tuple[str, int]


@bp.get(STAGE + "/check")
@requires("proposal.view_own")
def check(proposal_id: uuid.UUID, key: str) -> str:
    """Everything that will be submitted, what is missing, and the button."""
    submission = load_stage(proposal_id, key)
    return _check_page(submission, SubmitForm(formdata=None, version=submission.version))


def _check_page(submission: StageSubmission, form: SubmitForm, refusal: str = "") -> str:
    actor = current_actor()
    facts = services.stage_facts(submission, actor, language=language())
    audience = "reviewer" if request.args.get("as") == "reviewer" else "applicant"
    page = checking.check_page(submission, actor, language(), facts, audience)
    return render("proposals/check.html", page=page, form=form, refusal=refusal, url=_submit_url(submission))


def _submit_url(submission: StageSubmission) -> str:
    return url_for("proposals.submit", **checking.place(submission))


@bp.post(STAGE + "/submit")
@requires("proposal.move")
def submit(proposal_id: uuid.UUID, key: str) -> Answer:
    """Submit, submit anew, correct, or ask for sign-off: whichever the state and the call's process say."""
    submission = load_stage(proposal_id, key)
    form = SubmitForm()
    if not form.validate_on_submit():
        return _check_page(submission, form), 422
    try:
        return _hand_in(submission, form.expected_version)
    except (MoveRefused, Invalid, Conflict) as error:
        transaction.keep()  # a late attempt stays in the history; nothing else was written
        words = translate(error)
        status = 422 if isinstance(error, Invalid) else 409
        return _check_page(submission, SubmitForm(formdata=None, version=submission.version), words), status


def _asks_first(submission: StageSubmission) -> bool:
    """Whether the call wants two people, and the first of them has still to ask for what is written now."""
    asks = {StageState.DRAFT, StageState.SUBMITTED, StageState.RETURNED}
    wanted = submission.proposal.call.process.get("sign_off") and submission.state in asks
    return bool(wanted) and (submission.state == StageState.DRAFT or submission.sign_off_asked_by_id is None)


def _hand_in(submission: StageSubmission, expected_version: int | None) -> Response:
    actor = current_actor()
    if _asks_first(submission):
        services.request_sign_off(submission=submission, actor=actor, expected_version=expected_version)
        flash(gettext("Another person who may sign can now sign and submit it."), "success")
        return redirect(url_for("proposals.show", proposal_id=submission.proposal_id), code=303)
    act: HandIn = HAND_IN.get(StageState(submission.state), services.submit)
    if submission.sign_off_asked_by_id and submission.state != StageState.AWAITING_SIGN_OFF:
        act = services.sign
    sealed = act(submission=submission, actor=actor, expected_version=expected_version)
    flash(gettext("Version %(number)s has been submitted.", number=sealed.number), "success")
    return redirect(url_for("proposals.receipt", **checking.place(submission), number=sealed.number), code=303)


def _sealed(submission: StageSubmission, number: int) -> SealedSubmission:
    known = number <= submission.sealed_number
    sealed = queries.sealed_version(submission.id, number) if known else None
    if sealed is None:
        raise NotFound()
    return sealed


@bp.get(STAGE + "/versions/<int:number>/receipt")
@requires("proposal.view_own")
def receipt(proposal_id: uuid.UUID, key: str, number: int) -> str:
    """The receipt of a submitted version, made for printing."""
    submission = load_stage(proposal_id, key)
    page = checking.receipt_page(submission, _sealed(submission, number), language())
    return render("proposals/receipt.html", page=page)


@bp.get(STAGE + "/versions/<int:number>/receipt.txt")
@requires("proposal.view_own")
def receipt_text(proposal_id: uuid.UUID, key: str, number: int) -> Response:
    """The signed receipt as a text file to keep."""
    submission = load_stage(proposal_id, key)
    signed = queries.receipt_of(_sealed(submission, number).id)
    if signed is None:
        raise NotFound()
    return text_download(f"{submission.proposal.reference}-{key}-{number}-receipt.txt", signed.armoured)


@bp.get(STAGE + "/versions/<int:number>/sealed.json")
@requires("proposal.view_own")
def sealed_json(proposal_id: uuid.UUID, key: str, number: int) -> Response:
    """The sealed version byte for byte as it was hashed."""
    submission = load_stage(proposal_id, key)
    name = f"{submission.proposal.reference}-{key}-{number}.json"
    return text_download(name, _sealed(submission, number).snapshot, "application/json")


@bp.get(STAGE + "/versions/<int:number>")
@requires("proposal.view")
def version(proposal_id: uuid.UUID, key: str, number: int) -> str:
    """A submitted version."""
    submission = load_stage(proposal_id, key)
    page = checking.version_page(submission, _sealed(submission, number), current_actor(), language())
    return render("proposals/version.html", page=page)


@bp.get(STAGE + "/versions/<int:number>/changes")
@requires("proposal.view")
def changes(proposal_id: uuid.UUID, key: str, number: int) -> str:
    """What a version changed against the one before."""
    submission = load_stage(proposal_id, key)
    old, new = _sealed(submission, number - 1), _sealed(submission, number)
    page = checking.changes_page(submission, old, new, current_actor(), language())
    return render("proposals/changes.html", page=page)


@bp.get(STAGE + "/files/<uuid:file_id>")
@requires("proposal.view")
def download(proposal_id: uuid.UUID, key: str, file_id: uuid.UUID) -> Response:
    """A file: every one of their own for the applicant, only those of submitted versions for the programme."""
    submission = load_stage(proposal_id, key)
    own = relations_to(submission) & policy.APPLICANT_SIDE
    found = (queries.get_file if own else queries.get_sealed_file)(submission.id, file_id)
    if found is None:
        raise NotFound()
    return attachment(found.file, own=bool(own))
