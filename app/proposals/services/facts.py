"""What the guards of a stage and of a proposal need to know, gathered from the rows."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping
from typing import Any

from app.calls import form_schema, rules
from app.calls.queries import problems_of
from app.core import clock, transitions
from app.core.errors import MoveRefused, NotFound
from app.core.types import Actor
from app.identity import queries as identity_queries
from app.proposals import policy, queries
from app.proposals.models import Proposal, ProposalFile, StageSubmission
from app.proposals.services import deadlines
from app.proposals.snapshot import SealedFile, differs, shown_answers
from workflows.call_lifecycle import CallState
from workflows.machine import N_, Category, Refusal
from workflows.proposal_lifecycle import ProposalState
from workflows.proposal_submission import StageFacts, StageState


def stage_facts(
    submission: StageSubmission, actor: Actor, *, language: str = "en", files: list[ProposalFile] | None = None
) -> StageFacts:
    """Facts of one stage for this person; ``files``, those of the stage now, spare a query to those who have them."""
    call, stage = submission.proposal.call, submission.call_stage
    applicant = submission.proposal.organisation
    files = queries.files_of(submission.id) if files is None else files
    counts = Counter(file.question_id for file in files)
    checks = queries.checks_of(submission.id) if submission.state == StageState.SCREENING else []
    advice = queries.advice_on(submission.id) if submission.state == StageState.ACCEPTED else None
    known: dict[str, Any] = {
        "now": clock.now(),
        "opens_at": stage.opens_at,
        "closes_at": deadlines.closes_at(submission),
        "due_at": deadlines.due_at(submission),
        "zone": call.zone,
        "missing": missing_answers(submission, counts, language),
        "broken_rules": tuple(Refusal(rule.message, rule.params) for rule in broken_rules(submission)),
        "email_verified": has_verified_email(actor),
        "lacks_profile": "" if applicant.has_profile else f"/organisations/{applicant.id}/edit",
        "sign_off": bool(call.process.get("sign_off")),
        "nobody_else_signs": _lacks_signer(submission, actor),
        "sign_off_asked": submission.sign_off_asked_by_id is not None,
        "asked_for_sign_off_self": submission.sign_off_asked_by_id == actor.person_id,
        "unchanged_since": unchanged_since(submission, files),
        "earlier_stage_answered": is_answered(stage_before(submission)),
        "screens_on_receipt": stage.screens_on_receipt,
        "undecided_checks": tuple(c.code for c in checks if c.outcome == "open"),
        "failed_checks": tuple(c.code for c in checks if c.outcome == "fail"),
        "returned_sections": tuple(submission.returned_sections),
        "correct_by": submission.correct_by,
        "reason_codes": tuple(submission.reason_codes),
        "gives_advice": stage.gives_advice,
        "advice_text": advice.text if advice else "",
    }
    return StageFacts(**known)


def missing_answers(submission: StageSubmission, counts: Mapping[str, int], language: str) -> tuple[str, ...]:
    """The labels of questions that still need an answer or a better one, each once."""
    form = queries.form_of(submission)
    found = problems_of(form, submission.answers, counts)
    ids = dict.fromkeys(problem.question_id for problem in found)
    questions = [form.question(ident) for ident in ids]
    return tuple(form_schema.text(question.label, language).rstrip(".") for question in questions if question)


def unchanged_since(submission: StageSubmission, files: list[ProposalFile]) -> int:
    """The number of the submitted version that still says all that is written now; 0 when there is newer text."""
    if submission.state not in {StageState.SUBMITTED, StageState.RETURNED}:
        return 0
    sealed = queries.latest_sealed(submission.id)
    form = queries.form_of(submission)
    now = [sealed_file(one) for one in files]
    same = sealed is not None and not differs(sealed.snapshot, form, submission.answers, now)
    return submission.sealed_number if same else 0


def others_who_sign(submission: StageSubmission, asker: uuid.UUID | None = None) -> tuple[str, ...]:
    """The names of those who may sign a stage off, beside the one who asked or asks for it."""
    asker = submission.sign_off_asked_by_id if asker is None else asker
    return tuple(person.name for person in queries.people_who_sign(submission.proposal) if person.id != asker)


def _lacks_signer(submission: StageSubmission, actor: Actor) -> bool:
    """Whether nobody could sign what this person would ask a signature for."""
    asks = {StageState.DRAFT, StageState.SUBMITTED, StageState.RETURNED}
    asked = submission.proposal.call.process.get("sign_off") and submission.state in asks
    return bool(asked) and not others_who_sign(submission, actor.person_id)


def sealed_file(one: ProposalFile) -> SealedFile:
    """A file as a sealed version names it."""
    file = one.file
    return SealedFile(str(one.id), one.question_id, file.original_name, file.sha256, file.size, file.media_type)


def broken_rules(submission: StageSubmission) -> list[rules.BrokenRule]:
    """The rules of the call that the answers break now."""
    form = queries.form_of(submission)
    return rules.broken_rules(submission.proposal.call.rules, shown_answers(form, submission.answers))


def has_verified_email(actor: Actor) -> bool:
    """Whether the person confirmed the address; the system needs none."""
    person = identity_queries.get_person(actor.person_id)
    return actor.is_system or bool(person and person.email_verified_at)


def stage_before(submission: StageSubmission) -> StageSubmission | None:
    """The stage that comes before this one, if there is one."""
    earlier = [s for s in submission.proposal.stages if s.position < submission.position]
    return max(earlier, key=lambda s: s.position) if earlier else None


def is_answered(submission: StageSubmission | None) -> bool:
    """Whether a stage has had its answer, so that the next one may follow; before the first stage there is none to wait for."""
    if submission is None:
        return True
    wanted = StageState.ADVISED if submission.call_stage.gives_advice else StageState.ACCEPTED
    return submission.state == wanted


def refuse(refusal: Refusal | None) -> None:
    """Raise a refusal as the error that the web layer words."""
    if refusal is not None:
        raise MoveRefused(refusal.message, **refusal.params)


def acting_person(actor: Actor) -> uuid.UUID:
    """The id of the person who acts, where the system itself never does."""
    if actor.person_id is None:
        raise NotFound()
    return actor.person_id


def refuse_strangers(actor: Actor, thing: Any, action: str) -> None:
    """For changes that are no moves: the person needs a relation that the action names, or the thing does not exist."""
    if not policy.relations(actor, thing) & policy.ACTIONS[action]:
        raise NotFound()


def refuse_unless_applying(proposal: Proposal) -> None:
    """Stages move only while their proposal is in the phase of applying and its call was not cancelled."""
    if proposal.state != ProposalState.APPLYING:
        refuse(Refusal(N_("This proposal has left the phase of applying; its answers no longer change.")))
    if CallState(proposal.call.state).category is Category.WITHDRAWN:
        refuse(Refusal(N_("This call was cancelled.")))


def fire_stage(
    submission: StageSubmission,
    move: str,
    actor: Actor,
    *,
    expected_version: int | None = None,
    reason: str = "",
    facts: StageFacts | None = None,
    payload: dict[str, Any] | None = None,
    **detail: Any,
) -> None:
    """Carry out a move of a stage; events name the proposal too. ``facts`` may be given by who holds the row's lock."""
    refuse_unless_applying(submission.proposal)
    transitions.fire(
        submission,
        move,
        actor=actor,
        relations=policy.relations(actor, submission),
        facts=lambda: facts or stage_facts(submission, actor),
        expected_version=expected_version,
        reason=reason,
        payload={"proposal_id": submission.proposal_id, "stage": submission.call_stage.key, **(payload or {})},
        **detail,
    )
