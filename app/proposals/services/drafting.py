"""Starting a proposal, starting its next stage, and saving what is typed."""

from __future__ import annotations

import re
import uuid
from collections.abc import Collection
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import update

from app.calls import queries as call_queries
from app.calls.models import Call, CallStage
from app.calls.queries import problems_of
from app.core import clock, transitions
from app.core.errors import Conflict, Invalid, NotFound
from app.core.types import Actor
from app.extensions import db
from app.identity.models import Organisation
from app.proposals import policy, queries
from app.proposals.models import Proposal, ProposalFile, SealedSubmission, StageSubmission
from app.proposals.services import deadlines
from app.proposals.services.facts import broken_rules, is_answered, refuse, refuse_strangers, refuse_unless_applying
from app.proposals.services.form_changes import hold_form
from app.proposals.snapshot import read
from workflows.call_lifecycle import CallState
from workflows.machine import N_, Category, Refusal
from workflows.proposal_submission import StageFacts, StageState
from workflows.stage_guards import earlier_stage_answered, stage_is_open

LARGEST_SECTION = 1_000_000


def start_proposal(*, call: Call, organisation: Organisation, title: str, actor: Actor) -> Proposal:
    """Start an organisation's proposal in a call: a reference, and the draft of the first stage."""
    refuse_strangers(actor, organisation, "proposal.create")
    refuse_unless_open(call, call.stages[0], {organisation.id})
    proposal = Proposal(
        call=call,
        organisation=organisation,
        reference=_next_reference(call),
        title=_title(title),
        created_by_id=actor.person_id,
        currency=call.currency,
        countries=[],
        minerals=[],
    )
    transitions.begin(proposal, actor, "proposal.created", reference=proposal.reference)
    form = call_queries.form_of(call.stages[0])
    _begin_stage(proposal, call.stages[0], {"title": proposal.title} if form.question("title") else {}, actor)
    return _as_loaded(proposal)


def refuse_unless_open(call: Call, stage: CallStage, applicants: Collection[uuid.UUID] = ()) -> None:
    """A published call whose stage is open by the clock, for one of these organisations at least."""
    state = CallState(call.state)
    if call.published_at is None or state.category is Category.WITHDRAWN:
        refuse(Refusal(N_("This call takes no proposals.")))
    closes_at = deadlines.closes_for_newcomers(stage, applicants)
    if clock.now() >= closes_at:
        refuse(Refusal(N_("This call has closed; proposals can no longer be started.")))
    refuse(stage_is_open(StageFacts(clock.now(), stage.opens_at, closes_at)))


def _next_reference(call: Call) -> str:
    """Count up under the row's lock; one UPDATE, so that two people who start at once get two references.

    The two-digit year stands between prefix and number, unless the call's prefix ends with one (``EPRM-20``).
    """
    number = db.session.scalar(
        update(Call)
        .where(Call.id == call.id)
        .values(last_reference=Call.last_reference + 1)
        .returning(Call.last_reference)
        .execution_options(synchronize_session=False)
    )
    prefix = call.reference_prefix
    if not re.search(r"-\d\d$", prefix):
        prefix += f"-{clock.now().astimezone(ZoneInfo(call.zone)).year % 100:02d}"
    return f"{prefix}-{number:04d}"


def _title(title: str) -> str:
    shown = " ".join("".join(c if c.isprintable() else " " for c in title).split())
    if not shown:
        raise Invalid(N_("Give your proposal a title."), field="title")
    if len(shown) > 200:
        raise Invalid(N_("Use at most 200 characters for the title."), field="title")
    return shown


def _as_loaded(proposal: Proposal) -> Proposal:
    """A proposal whose parts are new, as a query would give it: later locks read it again the same way."""
    found = queries.get_proposal(proposal.id, fresh=True)
    assert found is not None
    return found


def _begin_stage(proposal: Proposal, stage: CallStage, answers: dict[str, Any], actor: Actor) -> StageSubmission:
    submission = StageSubmission(
        proposal_id=proposal.id,
        call_stage=stage,
        form_version=hold_form(stage),
        position=stage.position,
        answers=answers,
        section_versions={},
        field_versions={},
        returned_sections=[],
        reason_codes=[],
        sealed_number=0,
    )
    transitions.begin(submission, actor, "stage_submission.created", stage=stage.key)
    return submission


def start_stage(*, proposal: Proposal, key: str, actor: Actor) -> StageSubmission:
    """Start the draft of the next stage once the stage before has its answer; equal questions come filled in."""
    refuse_strangers(actor, proposal, "proposal.begin_stage")
    refuse_unless_applying(proposal)
    transitions.lock(proposal)
    if any(s.call_stage.key == key for s in proposal.stages):
        raise Conflict(N_("This stage has been started already."))
    before = proposal.stages[-1]
    stage = next((s for s in proposal.call.stages if s.key == key and s.position > before.position), None)
    if stage is None:
        raise NotFound()
    closes_at = deadlines.closes_to_begin(proposal, stage)
    facts = StageFacts(clock.now(), stage.opens_at, closes_at, earlier_stage_answered=is_answered(before))
    refuse(earlier_stage_answered(facts))
    refuse(stage_is_open(facts))
    sealed = queries.latest_sealed(before.id)
    submission = _begin_stage(proposal, stage, _carried(before, stage, sealed), actor)
    _carry_files(before, submission)
    return _as_loaded(proposal).stages[-1]


def _carried(old: StageSubmission, new: CallStage, sealed: SealedSubmission | None) -> dict[str, Any]:
    """Answers to questions that both forms ask in the same kind."""
    if sealed is None:
        return {}
    before, after = queries.form_of(old), call_queries.form_of(new)
    answers = read(sealed.snapshot).answers
    return {
        question.id: answers[question.id]
        for section in after.sections
        for question in section.questions
        if question.id in answers and (same := before.question(question.id)) and same.kind == question.kind
    }


def _carry_files(old: StageSubmission, new: StageSubmission) -> None:
    form = queries.form_of(new)
    for kept in queries.files_of(old.id):
        question = form.question(kept.question_id)
        if question is not None and question.kind == "file":
            db.session.add(ProposalFile(stage_submission_id=new.id, question_id=kept.question_id, file_id=kept.file_id))
    db.session.flush()


def editable_sections(submission: StageSubmission, actor: Actor) -> frozenset[str]:
    """The sections in which this person may write now: of those that are open, all or the ones they were given."""
    return frozenset(s for s in open_sections(submission) if policy.may_write(actor, submission, s))


def open_sections(submission: StageSubmission) -> frozenset[str]:
    """The sections that may be written in now: all while a draft, all until the deadline, or those returned."""
    every = frozenset(section.id for section in queries.form_of(submission).sections)
    if submission.state == StageState.DRAFT:
        return every
    if submission.state == StageState.SUBMITTED and clock.now() < deadlines.closes_at(submission):
        return every
    if submission.state == StageState.RETURNED:
        return every & (frozenset(submission.returned_sections) | sections_to_mend(submission))
    return frozenset()


def sections_to_mend(submission: StageSubmission) -> frozenset[str]:
    """Where corrections of other sections brought up a question, or broke a rule: closed, they could not be sent."""
    form = queries.form_of(submission)
    found = {p.question_id for p in problems_of(form, submission.answers, queries.file_counts(submission.id))}
    found |= {rule.question_id for rule in broken_rules(submission)}
    return frozenset(section.id for q in found if (section := form.section_of(q)) is not None)


def refuse_unless_editable(submission: StageSubmission, section_id: str, actor: Actor) -> None:
    """Say why a section cannot be written in now; one that is not this person's to write does not exist for them.

    One that a changed form no longer has is written in while a draft.
    """
    if not policy.may_write(actor, submission, section_id):
        raise NotFound()
    refuse_unless_applying(submission.proposal)
    if section_id in open_sections(submission) or _is_former(submission, section_id):
        return
    if submission.state == StageState.RETURNED:
        refuse(Refusal(N_("Only the sections that were returned to you can be changed now.")))
    if submission.state == StageState.SUBMITTED:
        refuse(Refusal(N_("The deadline has passed; the version you submitted stands.")))
    if submission.state == StageState.AWAITING_SIGN_OFF:
        refuse(Refusal(N_("This waits for sign-off. Take it back before you change it.")))
    state = StageState(submission.state)
    refuse(
        Refusal(N_("Answers cannot be changed while the state is “%(state)s”."), {"state": Refusal(state.public_label)})
    )


def _is_former(submission: StageSubmission, section_id: str) -> bool:
    """Whether an open page may still show a section that the draft had before its form changed."""
    if submission.state != StageState.DRAFT or queries.form_of(submission).section(section_id) is not None:
        return False
    return any(form.section(section_id) is not None for form in queries.earlier_forms(submission).values())
