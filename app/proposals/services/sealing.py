"""Submitting: the version that counts is sealed first, then the state moves, in one transaction."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from app.core import audit, clock, files, transitions
from app.core.errors import Invalid
from app.core.types import Actor, Money
from app.extensions import current_settings, db
from app.proposals import policy, queries, receipts
from app.proposals.models import ProposalFile, SealedSubmission, StageSubmission, SubmissionReceipt
from app.proposals.services import deadlines
from app.proposals.services.facts import (
    broken_rules,
    fire_stage,
    refuse,
    refuse_unless_applying,
    sealed_file,
    stage_facts,
)
from app.proposals.services.form_changes import catch_up, hold_form
from app.proposals.snapshot import compose, digest, read, summarise
from workflows.lateness import lateness, seconds_late
from workflows.machine import N_
from workflows.proposal_submission import READY, StageFacts, StageState
from workflows.stage_guards import corrections_in_time, stage_is_open


def submit(*, submission: StageSubmission, actor: Actor, expected_version: int | None = None) -> SealedSubmission:
    """Submit a stage for the first time, or sign it off."""
    return _seal_and_move(submission, "submit", actor, expected_version)


def resubmit(*, submission: StageSubmission, actor: Actor, expected_version: int | None = None) -> SealedSubmission:
    """Replace the submitted version by a newer complete one, before the deadline."""
    return _seal_and_move(submission, "resubmit", actor, expected_version)


def correct(*, submission: StageSubmission, actor: Actor, expected_version: int | None = None) -> SealedSubmission:
    """Submit corrections of the returned sections as the next version."""
    return _seal_and_move(submission, "correct", actor, expected_version)


def sign_newer(*, submission: StageSubmission, actor: Actor, expected_version: int | None = None) -> SealedSubmission:
    """Sign a newer version off that another person asked for: it is submitted, or corrects what was returned."""
    return _seal_and_move(submission, "sign", actor, expected_version)


def request_sign_off(*, submission: StageSubmission, actor: Actor, expected_version: int | None = None) -> None:
    """Ask another person of the organisation to sign and submit what is written now; until then what stands, stands."""
    transitions.lock(submission, expected_version)
    facts = stage_facts(submission, actor)
    _refuse_if_late(submission, actor, facts)
    _refuse_if_incomplete(submission, "request_sign_off", actor, facts)
    fire_stage(submission, "request_sign_off", actor, facts=facts)
    submission.sign_off_asked_by_id = actor.person_id
    db.session.flush()


def take_back(*, submission: StageSubmission, actor: Actor, expected_version: int | None = None) -> None:
    """Turn what waits for sign-off into a draft again, with the form that its stage gives out now."""
    version = hold_form(submission.call_stage)
    fire_stage(submission, "take_back", actor, expected_version=expected_version)
    catch_up(submission=submission, version=version, actor=actor)


def _seal_and_move(
    submission: StageSubmission, move: str, actor: Actor, expected_version: int | None
) -> SealedSubmission:
    clock.now()  # the instant that counts is read before the row is waited for
    refuse_unless_applying(submission.proposal)
    transitions.lock(submission, expected_version)
    facts = stage_facts(submission, actor)
    _refuse_if_late(submission, actor, facts)
    _refuse_if_incomplete(submission, move, actor, facts)
    attached = queries.files_of(submission.id)
    _refuse_lost_files(submission, attached, actor)
    sealed = _seal(submission, attached, actor, deadlines.seconds_past(submission, facts.now))
    late: dict[str, Any] = {"late_seconds": sealed.late_seconds} if sealed.late_seconds else {}
    version = {"version": sealed.number}
    fire_stage(
        submission, move, actor, facts=facts, payload=version, sealed=sealed.number, sha256=sealed.sha256, **late
    )
    submission.sign_off_asked_by_id = None
    db.session.flush()
    return sealed


def _refuse_if_incomplete(submission: StageSubmission, move: str, actor: Actor, facts: StageFacts) -> None:
    """An attempt is written down with what was missing, by the questions' names and never by what was answered."""
    refusal = transitions.refusal(submission, move, policy.relations(actor, submission), facts)
    if refusal is not None and any(guard(facts) for guard in READY):
        _note_attempt(submission, actor, refusal.message, facts.missing)
    refuse(refusal)


def _note_attempt(submission: StageSubmission, actor: Actor, why: str, missing: tuple[str, ...] = ()) -> None:
    """``why`` is the sentence as the program has it, without what was put into it."""
    rules = [rule.code for rule in broken_rules(submission)]
    audit.record(submission, "stage_submission.incomplete_attempt", actor, missing=list(missing), rules=rules, why=why)


def _refuse_if_late(submission: StageSubmission, actor: Actor, facts: StageFacts) -> None:
    """A late attempt is written into the stage's history before it is refused; the caller keeps that entry."""
    returned = submission.state == StageState.RETURNED
    refusal = corrections_in_time(facts) if returned else stage_is_open(facts)
    if refusal is not None and refusal.params.get("late"):
        audit.record(submission, "stage_submission.late_attempt", actor, **_how_late(submission, facts))
    refuse(refusal)


def _how_late(submission: StageSubmission, facts: StageFacts) -> dict[str, Any]:
    """For the history: the seconds, from which each reader's language is worded, and the words for the trail itself."""
    corrects = submission.state == StageState.RETURNED and facts.correct_by is not None
    seconds = seconds_late(
        facts.now, facts.correct_by if corrects and facts.correct_by else facts.due_at or facts.closes_at
    )
    return {"late_by": str(lateness(seconds)), "late_seconds": seconds}


def _refuse_lost_files(submission: StageSubmission, attached: list[ProposalFile], actor: Actor) -> None:
    """Files come first: nothing is sealed that names a file which is not whole on disk, or holds a virus."""
    for one in attached:
        why = _what_is_wrong(one)
        if why:
            _note_attempt(submission, actor, why)
            raise Invalid(why, name=one.file.original_name)


def _what_is_wrong(one: ProposalFile) -> str:
    if one.file.scan_state == "infected":
        return N_("The file “%(name)s” holds a virus. Remove it before you submit.")
    path = files.path_of(one.file)
    whole = path.is_file() and path.stat().st_size == one.file.size
    return "" if whole else N_("The file “%(name)s” was lost here. Attach it again.")


def _seal(submission: StageSubmission, attached: list[ProposalFile], actor: Actor, late: int) -> SealedSubmission:
    number = submission.sealed_number + 1
    form = queries.form_of(submission)
    text = compose(_about(submission, number, actor), form, submission.answers, [sealed_file(one) for one in attached])
    sealed = SealedSubmission(
        stage_submission=submission,
        number=number,
        snapshot=text,
        sha256=digest(text),
        submitted_at=clock.now(),
        submitted_by_id=actor.person_id,
        submitted_by_name=actor.name,
        late_seconds=late,
    )
    db.session.add(sealed)
    submission.sealed_number = number
    submission.submitted_at = sealed.submitted_at
    submission.submitted_by_id = actor.person_id
    _summarise(submission, text)
    db.session.flush()
    _sign_receipt(sealed)
    return sealed


def _sign_receipt(sealed: SealedSubmission) -> None:
    """The proof goes into the same transaction as what it proves."""
    signed = receipts.sign(_arrival(sealed), receipts.signing_key(current_settings().receipt_key))
    key, signature = signed.public_key.hex(), signed.signature.hex()
    db.session.add(
        SubmissionReceipt(sealed_submission_id=sealed.id, text=signed.text, signature=signature, public_key=key)
    )
    db.session.flush()


def _arrival(sealed: SealedSubmission) -> receipts.Arrival:
    stage = sealed.stage_submission
    call = stage.proposal.call
    return receipts.Arrival(
        call=call.code,
        reference=stage.proposal.reference,
        stage=stage.call_stage.key,
        version=sealed.number,
        received_at=sealed.submitted_at.astimezone(ZoneInfo(call.zone)),
        zone=call.zone,
        sha256=sealed.sha256,
        files=tuple((file.sha256, file.size) for file in read(sealed.snapshot).files),
        late_seconds=sealed.late_seconds,
    )


def _about(submission: StageSubmission, number: int, actor: Actor) -> dict[str, object]:
    """Who submitted what and when, as it goes into the seal."""
    proposal, organisation = submission.proposal, submission.proposal.organisation
    return {
        "reference": proposal.reference,
        "call": proposal.call.code,
        "stage": submission.call_stage.key,
        "version": number,
        "form_sha256": submission.form_version.sha256,
        "submitted_at": clock.now().isoformat(),
        "submitted_by": {"id": str(actor.person_id), "name": actor.name},
        "organisation": {
            "id": str(organisation.id),
            "name": organisation.name,
            "country": organisation.country,
            "kind": organisation.kind,
        },
    }


def _summarise(submission: StageSubmission, text: str) -> None:
    """Bring the proposal's summary columns up to the sealed answers."""
    proposal = submission.proposal
    summary = summarise(proposal.call.rules, read(text).answers)
    proposal.title = summary.title or proposal.title
    proposal.countries = list(summary.countries or proposal.countries)
    proposal.minerals = list(summary.minerals or proposal.minerals)
    proposal.funding_window = summary.window or proposal.funding_window
    if summary.requested is not None:
        proposal.requested_minor = Money(summary.requested, proposal.currency).minor
