"""Files that answer questions."""

from __future__ import annotations

import uuid
from typing import BinaryIO

from app.calls.form_schema import Question, Section
from app.core import audit, clock, files, transitions
from app.core.errors import Invalid, NotFound
from app.core.types import Actor
from app.extensions import db
from app.proposals import queries
from app.proposals.models import ProposalFile, StageSubmission
from app.proposals.services.drafting import refuse_unless_editable
from app.proposals.services.facts import refuse_strangers
from workflows.machine import N_


def _question(submission: StageSubmission, question_id: str) -> tuple[Section, Question]:
    form = queries.form_of(submission)
    question, section = form.question(question_id), form.section_of(question_id)
    if question is None or section is None or question.kind != "file":
        raise NotFound()
    return section, question


def attach_file(
    *, submission: StageSubmission, question_id: str, stream: BinaryIO, name: str, actor: Actor
) -> ProposalFile:
    """Store an upload as an answer; raises ``Invalid`` (on the question's field) and keeps nothing when it is refused."""
    refuse_strangers(actor, submission, "proposal.edit")
    section, question = _question(submission, question_id)
    transitions.lock(submission)
    refuse_unless_editable(submission, section.id)
    if queries.file_counts(submission.id).get(question_id, 0) >= question.max_files:
        message = N_("This question takes at most %(most)s files. Remove one before you add another.")
        raise Invalid(message, field=question_id, most=question.max_files)
    try:
        stored = files.store(stream, name, actor, allowed=question.file_types)
    except Invalid as refused:
        raise Invalid(refused.message, field=question_id, **refused.params) from refused
    attached = ProposalFile(stage_submission_id=submission.id, question_id=question_id, file=stored)
    db.session.add(attached)
    _touch(submission, actor)
    audit.record(
        submission,
        "stage_submission.file_attached",
        actor,
        question=question_id,
        file=attached.id,
        sha256=stored.sha256,
    )
    return attached


def remove_file(*, submission: StageSubmission, file_id: uuid.UUID, actor: Actor) -> None:
    """Take a file away from its question; the content stays, because a sealed version may name it."""
    refuse_strangers(actor, submission, "proposal.edit")
    attached = queries.get_file(submission.id, file_id)
    if attached is None:
        raise NotFound()
    section, _ = _question(submission, attached.question_id)
    transitions.lock(submission)
    refuse_unless_editable(submission, section.id)
    if attached.removed_at is not None:
        return
    attached.removed_at = clock.now()
    _touch(submission, actor)
    audit.record(submission, "stage_submission.file_removed", actor, question=attached.question_id, file=attached.id)


def _touch(submission: StageSubmission, actor: Actor) -> None:
    """Whoever looks at the page before this change and submits after it must look again."""
    submission.answers_saved_at = clock.now()
    submission.answers_saved_by = actor.name
    db.session.flush()
