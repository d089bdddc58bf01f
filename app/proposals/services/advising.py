"""The advice that ends a quick scan."""

from __future__ import annotations

from app.core import audit, clock, transitions
from app.core.errors import Conflict, Invalid
from app.core.types import Actor
from app.extensions import db
from app.proposals import queries
from app.proposals.models import ADVICE_OUTCOMES, Advice, StageSubmission
from app.proposals.services.facts import acting_person, fire_stage, refuse, refuse_strangers
from workflows.machine import N_, Refusal
from workflows.proposal_submission import StageState


def write_advice(
    *,
    submission: StageSubmission,
    outcome: str,
    text: str,
    actor: Actor,
    expected_version: int | None = None,
) -> Advice:
    """Write or change advice that has not been given yet; nobody outside the programme sees it."""
    refuse_strangers(actor, submission, "proposal.screen")
    transitions.lock(submission)
    if submission.state != StageState.ACCEPTED or not submission.call_stage.gives_advice:
        refuse(Refusal(N_("Advice is written after a stage that ends in advice was accepted.")))
    if outcome not in ADVICE_OUTCOMES:
        raise Invalid(N_("Choose whether the advice is positive or negative."), field="outcome")
    if not text.strip():
        raise Invalid(N_("Write the advice before giving it."), field="text")
    advice = queries.advice_on(submission.id)
    if advice is None:
        advice = Advice(stage_submission_id=submission.id, written_by_id=actor.person_id)
        db.session.add(advice)
    elif expected_version is not None and advice.version != expected_version:
        raise Conflict()
    advice.outcome, advice.text, advice.written_by_id = outcome, text.strip(), acting_person(actor)
    db.session.flush()
    audit.record(submission, "stage_submission.advice_written", actor, outcome=outcome)
    return advice


def give_advice(*, submission: StageSubmission, actor: Actor, expected_version: int | None = None) -> Advice | None:
    """Give the written advice to the applicant: from here on it can be read and no longer changed."""
    fire_stage(submission, "advise", actor, expected_version=expected_version)
    advice = queries.advice_on(submission.id)
    if advice is not None:
        advice.given_at = clock.now()
        db.session.flush()
    return advice
