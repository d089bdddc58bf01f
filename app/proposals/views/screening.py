"""The programme's list of a call and the screening of one stage."""

from __future__ import annotations

import uuid
from datetime import timedelta
from zoneinfo import ZoneInfo

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.calls import queries as call_queries
from app.core import clock
from app.core.errors import Conflict, DomainError, Invalid
from app.proposals import queries, services
from app.proposals.forms import IneligibleForm, ReturnForm, choices
from app.proposals.models import StageSubmission
from app.proposals.present import screening as present
from app.proposals.views import bp
from app.proposals.views.loading import language, load_stage, my_id
from app.web.filters import translate
from app.web.pagination import paginate
from app.web.permissions import authorised, current_actor, requires
from app.web.rendering import render

STAGE = "/<uuid:proposal_id>/stages/<key>"
FILTERS = ("state", "stage", "stage_state", "ball", "window", "words")
Answer = Response | str | tuple[str, int]


@bp.get("/calls/<code>")
@requires("proposal.list_call")
def of_call(code: str) -> str:
    """The proposals of a call, filtered by the address."""
    call = authorised(call_queries.call_by_code(code))
    chosen = {name: request.args.get(name, "")[:100] for name in FILTERS}
    found = paginate(queries.list_of_call(call.id, my_id(), times=True, call=True, **chosen))
    return render("proposals/of_call.html", page=present.call_list(call, found, language()), chosen=chosen)


@bp.get(STAGE + "/screening")
@bp.get("/<uuid:proposal_id>/screening")
@requires("proposal.view_screening")
def screening(proposal_id: uuid.UUID, key: str = "") -> str:
    """The sealed answers of a stage (the last one submitted, if none is named) beside its threshold checks."""
    return _page(load_stage(proposal_id, key) if key else authorised(queries.newest_sealed_stage(proposal_id)))


def _page(submission: StageSubmission, errors: dict[str, str] | None = None) -> str:
    typed = request.form.to_dict() if errors else None
    page = present.screening_page(submission, current_actor(), language(), typed, errors)
    return render("proposals/screening.html", page=page)


@bp.post(STAGE + "/checks")
@requires("proposal.screen")
def decide_checks(proposal_id: uuid.UUID, key: str) -> Answer:
    """Decide the threshold checks that changed; what cannot be kept is shown again with its reason."""
    submission = load_stage(proposal_id, key)
    errors: dict[str, str] = {}
    status = 422
    for check in submission.call_stage.checks:
        try:
            _decide(submission, check["code"])
        except (Invalid, Conflict) as error:
            errors[check["code"]] = translate(error)
            status = 409 if isinstance(error, Conflict) else status
    if errors:
        return _page(submission, errors), status
    flash(gettext("The checks were saved."), "success")
    return redirect(url_for("proposals.screening", proposal_id=proposal_id, key=key, _anchor="checks"), code=303)


def _decide(submission: StageSubmission, code: str) -> None:
    outcome = request.form.get(f"outcome_{code}")
    version = request.form.get(f"version_{code}", "")
    if outcome is None:
        return
    services.decide_check(
        submission=submission,
        code=code,
        outcome=outcome,
        note=request.form.get(f"note_{code}", ""),
        actor=current_actor(),
        expected_version=int(version) if version.isascii() and version.isdigit() and len(version) < 10 else None,
    )


def _return_form(submission: StageSubmission) -> ReturnForm:
    form = ReturnForm()
    form.sections.choices = choices(present.section_options(submission, language()))
    return form


@bp.get(STAGE + "/return")
@requires("proposal.screen")
def return_form(proposal_id: uuid.UUID, key: str) -> str:
    """Name the sections to correct and until when."""
    submission = load_stage(proposal_id, key)
    form = _return_form(submission)
    days = int(submission.proposal.call.process.get("correction_days", 10))
    zone = ZoneInfo(submission.proposal.call.zone)
    wall = (clock.now() + timedelta(days=days)).astimezone(zone).replace(hour=14, minute=0, second=0, microsecond=0)
    form.sections.data, form.text.data = list(submission.returned_sections), submission.return_text
    form.correct_by.data, form.version.data = wall.replace(tzinfo=None), submission.version
    return _return_page(submission, form)


def _return_page(submission: StageSubmission, form: ReturnForm) -> str:
    page = present.heading(submission.proposal)
    return render("proposals/return.html", heading=page, form=form, zone=submission.proposal.call.zone)


@bp.post(STAGE + "/return")
@requires("proposal.screen")
def return_stage(proposal_id: uuid.UUID, key: str) -> Answer:
    """Give the named sections back to the applicant."""
    submission = load_stage(proposal_id, key)
    form = _return_form(submission)
    if not form.validate_on_submit():
        return _return_page(submission, form), 422
    try:
        services.return_for_corrections(
            submission=submission,
            sections=form.sections.data,
            text=form.text.data,
            correct_by=clock.from_wall_time(form.correct_by.data, submission.proposal.call.zone),
            actor=current_actor(),
            expected_version=form.expected_version,
        )
    except DomainError as error:
        form.add_error(error)
        return _return_page(submission, form), 409 if isinstance(error, Conflict) else 422
    flash(gettext("Returned to the applicant."), "success")
    return redirect(url_for("proposals.show", proposal_id=proposal_id), code=303)


def _ineligible_form(submission: StageSubmission) -> IneligibleForm:
    form = IneligibleForm()
    form.reason_codes.choices = choices(present.failed_options(submission, language()))
    return form


@bp.get(STAGE + "/ineligible")
@requires("proposal.screen")
def ineligible_form(proposal_id: uuid.UUID, key: str) -> str:
    """Choose the failed checks that make it ineligible, and word the reason."""
    submission = load_stage(proposal_id, key)
    form = _ineligible_form(submission)
    form.version.data = submission.version
    form.reason_codes.data = [choice.value for choice in form.reason_codes.choices]
    return render("proposals/ineligible.html", heading=present.heading(submission.proposal), form=form)


@bp.post(STAGE + "/ineligible")
@requires("proposal.screen")
def find_ineligible(proposal_id: uuid.UUID, key: str) -> Answer:
    """Find the stage not eligible; the proposal is excluded with it."""
    submission = load_stage(proposal_id, key)
    form = _ineligible_form(submission)
    page = present.heading(submission.proposal)
    if not form.validate_on_submit():
        return render("proposals/ineligible.html", heading=page, form=form), 422
    try:
        services.find_ineligible(
            submission=submission,
            reason_codes=form.reason_codes.data,
            reason=form.reason.data,
            actor=current_actor(),
            expected_version=form.expected_version,
        )
    except DomainError as error:
        form.add_error(error)
        return render("proposals/ineligible.html", heading=page, form=form), 409 if isinstance(error, Conflict) else 422
    flash(gettext("The proposal was found not eligible and the applicant is told."), "success")
    return redirect(url_for("proposals.show", proposal_id=proposal_id), code=303)
