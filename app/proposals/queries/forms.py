"""The forms that a stage of a proposal had before, what is kept of their answers, and who is touched by a change of form."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.calls import queries as call_queries
from app.calls.form_schema import Form, Question
from app.extensions import db
from app.proposals.models import Proposal, ProposalFile, StageSubmission
from app.proposals.queries.stages import form_of
from workflows.proposal_lifecycle import ProposalState
from workflows.proposal_submission import StageState

MARK = 16  # characters of a form's SHA-256 that its pages carry


class AskedForm(NamedTuple):
    """A form that a page was made of, with its SHA-256."""

    sha256: str
    form: Form


class Written(NamedTuple):
    """What one stage holds, for counting alone; it never reaches a page."""

    state: str
    answers: dict[str, object]
    files: dict[str, int]


def earlier_forms(submission: StageSubmission) -> dict[str, Form]:
    """The forms that a stage had before its present one, by SHA-256, the newest last. One query at most."""
    return call_queries.forms_by_hash(submission.earlier_forms)


def asked_question(submission: StageSubmission, question_id: str) -> Question | None:
    """A question of the stage's form, or as the newest earlier one asked it."""
    forms = [form_of(submission), *reversed(earlier_forms(submission).values())]
    return next((found for form in forms if (found := form.question(question_id))), None)


def form_mark(submission: StageSubmission) -> str:
    """What a page carries to say which form it shows."""
    return submission.form_version.sha256[:MARK]


def form_of_page(submission: StageSubmission, mark: str) -> AskedForm:
    """The form that a page showed; without a mark, or with one of a form this stage never had, the present one."""
    sha256 = next((sha for sha in reversed(submission.earlier_forms) if mark and sha[:MARK] == mark), "")
    if sha256 and mark != form_mark(submission):
        form = call_queries.form_by_hash(sha256)
        if form is not None:
            return AskedForm(sha256, form)
    return AskedForm(submission.form_version.sha256, form_of(submission))


def drafts_to_move(call_stage_id: uuid.UUID) -> list[uuid.UUID]:
    """Drafts of a stage, in the order in which their rows are locked."""
    query = select(StageSubmission.id).where(
        StageSubmission.call_stage_id == call_stage_id, StageSubmission.state == StageState.DRAFT.value
    )
    return list(db.session.scalars(query.order_by(StageSubmission.id)))


def locked_draft(submission_id: uuid.UUID) -> StageSubmission | None:
    """A draft with its row locked and read anew; nothing when it was submitted or withdrawn meanwhile."""
    query = (
        select(StageSubmission)
        .where(StageSubmission.id == submission_id)
        .options(joinedload(StageSubmission.form_version), joinedload(StageSubmission.call_stage))
        .with_for_update(of=StageSubmission)
        .execution_options(populate_existing=True)
    )
    found = db.session.scalar(query)
    return found if found is not None and found.state == StageState.DRAFT.value else None


def written_in(call_stage_id: uuid.UUID) -> Iterator[Written]:
    """State, answers and files of everything written for a stage that still applies, for counting."""
    files: dict[uuid.UUID, dict[str, int]] = {}
    attached = (
        select(ProposalFile.stage_submission_id, ProposalFile.question_id)
        .join(StageSubmission, StageSubmission.id == ProposalFile.stage_submission_id)
        .where(StageSubmission.call_stage_id == call_stage_id, ProposalFile.removed_at.is_(None))
    )
    for submission_id, question_id in db.session.execute(attached):
        counts = files.setdefault(submission_id, {})
        counts[question_id] = counts.get(question_id, 0) + 1
    rows = (
        select(StageSubmission.id, StageSubmission.state, StageSubmission.answers)
        .join(Proposal, Proposal.id == StageSubmission.proposal_id)
        .where(
            StageSubmission.call_stage_id == call_stage_id,
            StageSubmission.state != StageState.WITHDRAWN.value,
            Proposal.state != ProposalState.WITHDRAWN.value,
        )
        .order_by(StageSubmission.id)
        .execution_options(yield_per=50)
    )
    for ident, state, answers in db.session.execute(rows):
        yield Written(state, answers, files.get(ident, {}))
