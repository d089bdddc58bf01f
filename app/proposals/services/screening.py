"""Screening by the programme: threshold checks, acceptance, return for corrections, ineligibility."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.calls import checks
from app.calls.checks import Suggestion
from app.core import audit, transitions
from app.core.errors import Conflict, Invalid, NotFound
from app.core.types import SYSTEM_ACTOR, Actor
from app.extensions import db
from app.proposals import queries
from app.proposals.models import CHECK_OUTCOMES, ScreeningCheck, SealedSubmission, StageSubmission
from app.proposals.services import deadlines
from app.proposals.services.facts import fire_stage, refuse, refuse_strangers
from app.proposals.services.outcomes import assess, exclude
from app.proposals.services.sealing import correct as seal_corrections
from app.proposals.services.sealing import sign_newer
from app.proposals.snapshot import read
from workflows.machine import N_, Refusal
from workflows.proposal_submission import StageState


def start_screening(*, submission: StageSubmission, actor: Actor, expected_version: int | None = None) -> None:
    """Begin screening a submitted stage; each threshold check of the call starts open, with what the answers suggest."""
    fire_stage(submission, "screen", actor, expected_version=expected_version)
    known = {check.code for check in queries.checks_of(submission.id)}
    for check in submission.call_stage.checks:
        if check["code"] not in known:
            db.session.add(ScreeningCheck(stage_submission_id=submission.id, code=check["code"]))
            db.session.flush()
    suggest(submission)


def suggest(submission: StageSubmission) -> None:
    """Bring the suggestions up to the newest sealed version; people decide, so no outcome changes here."""
    found = suggestions(submission)
    for check in queries.checks_of(submission.id):
        if check.code in found:
            check.suggestion, check.suggestion_reason = found[check.code].outcome, str(found[check.code])
    db.session.flush()


def suggestions(submission: StageSubmission) -> dict[str, Suggestion]:
    """What the newest sealed answers tell about each threshold check, by code."""
    versions = queries.sealed_versions(submission.id)
    if not versions:
        return {}
    sealed = read(versions[-1].snapshot)
    facts = {
        "advice_received": queries.advice_of(submission.proposal) is not None,
        "received_in_time": deadlines.came_in_time(submission, versions[0]),
    }
    return {
        check["code"]: checks.suggest(
            check,
            form=queries.form_of(submission),
            rules=submission.proposal.call.rules,
            answers=sealed.answers,
            file_counts=sealed.file_counts,
            facts=facts,
        )
        for check in submission.call_stage.checks
    }


def decide_check(
    *,
    submission: StageSubmission,
    code: str,
    outcome: str,
    note: str,
    actor: Actor,
    expected_version: int | None = None,
) -> ScreeningCheck:
    """Decide one threshold check (``pass``, ``fail``, or ``open`` again), with a note; a failure needs one."""
    refuse_strangers(actor, submission, "proposal.screen")
    check = next((c for c in queries.checks_of(submission.id) if c.code == code), None)
    if check is None or outcome not in CHECK_OUTCOMES:
        raise NotFound()
    transitions.lock(submission)
    if submission.state != StageState.SCREENING:
        refuse(Refusal(N_("Threshold checks are decided during screening.")))
    if expected_version is not None and check.version != expected_version:
        raise Conflict()
    if outcome == "fail" and not note.strip():
        raise Invalid(N_("Say why check %(code)s fails."), field=f"note_{code}", code=code)
    if (check.outcome, check.note) == (outcome, note.strip()):
        return check
    before = check.outcome
    check.outcome, check.note, check.decided_by_id = outcome, note.strip(), actor.person_id
    db.session.flush()
    change = {"code": code, "outcome": outcome, "before": before}
    audit.record(submission, "stage_submission.check_decided", actor, reason=check.note, **change)
    return check


def accept(*, submission: StageSubmission, actor: Actor, expected_version: int | None = None) -> None:
    """Accept a screened stage; after the last stage the proposal goes on to assessment by itself."""
    fire_stage(submission, "accept", actor, expected_version=expected_version)
    if submission.position == max(stage.position for stage in submission.proposal.call.stages):
        assess(submission.proposal)


def return_for_corrections(
    *,
    submission: StageSubmission,
    sections: Sequence[str],
    text: str,
    correct_by: datetime | None,
    actor: Actor,
    expected_version: int | None = None,
) -> None:
    """Give named sections back to the applicant with a text and a date; nothing else becomes editable."""
    transitions.lock(submission, expected_version)
    form = queries.form_of(submission)
    named = [section.id for section in form.sections if section.id in set(sections)]
    if not text.strip():
        raise Invalid(N_("Say what has to be corrected."), field="text")
    submission.returned_sections, submission.return_text, submission.correct_by = named, text.strip(), correct_by
    db.session.flush()
    fire_stage(submission, "return", actor, reason=text, sections=named, correct_by=correct_by)


def correct(*, submission: StageSubmission, actor: Actor, expected_version: int | None = None) -> SealedSubmission:
    """The applicant's corrections become the next version; checks that had failed are open again."""
    sealed = seal_corrections(submission=submission, actor=actor, expected_version=expected_version)
    _check_again(submission)
    return sealed


def sign(*, submission: StageSubmission, actor: Actor, expected_version: int | None = None) -> SealedSubmission:
    """Sign a newer version or corrections off that another person asked for."""
    corrects = submission.state == StageState.RETURNED
    sealed = sign_newer(submission=submission, actor=actor, expected_version=expected_version)
    if corrects:
        _check_again(submission)
    return sealed


def _check_again(submission: StageSubmission) -> None:
    for check in queries.checks_of(submission.id):
        if check.outcome == "fail":
            check.outcome, check.decided_by_id = "open", None
    suggest(submission)


def resume(*, submission: StageSubmission, actor: Actor, expected_version: int | None = None) -> None:
    """Go on with the version that stands, when corrections were asked for and did not come by their date."""
    fire_stage(submission, "resume", actor, expected_version=expected_version, version=submission.sealed_number)


def find_ineligible(
    *,
    submission: StageSubmission,
    reason_codes: Sequence[str],
    reason: str,
    actor: Actor,
    expected_version: int | None = None,
) -> None:
    """Find a stage not eligible for failed threshold checks; the proposal is then excluded by the system."""
    transitions.lock(submission, expected_version)
    failed = {check.code for check in queries.checks_of(submission.id) if check.outcome == "fail"}
    unknown = sorted(set(reason_codes) - failed)
    if unknown:
        message = N_("Only failed threshold checks can be reasons; not failed: %(codes)s.")
        raise Invalid(message, field="reason_codes", codes=", ".join(unknown))
    submission.reason_codes = sorted(set(reason_codes))
    db.session.flush()
    fire_stage(submission, "find_ineligible", actor, reason=reason, codes=submission.reason_codes)
    exclude(proposal=submission.proposal, reason=reason, actor=SYSTEM_ACTOR)
