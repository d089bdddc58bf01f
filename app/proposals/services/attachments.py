"""Files that answer questions."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from app.calls.file_limits import MEGABYTE, pages_refusal
from app.calls.form_schema import Question, Section
from app.core import audit, clock, copies, files, transitions
from app.core.errors import Invalid, NotFound
from app.core.files import StoredFile
from app.core.types import Actor
from app.extensions import db
from app.proposals import queries
from app.proposals.carrying import former_question
from app.proposals.models import ProposalFile, StageSubmission
from app.proposals.services.drafting import refuse_unless_editable
from app.proposals.services.facts import refuse_strangers
from workflows.machine import N_


def _question(submission: StageSubmission, question_id: str) -> tuple[Section, Question]:
    """The question as the form asks it, or as an earlier form asked it: what an open page of that one sends is kept, too."""
    forms = [*queries.earlier_forms(submission).values(), queries.form_of(submission)]
    found = former_question(forms, question_id, "file")
    if found is None:
        raise NotFound()
    return found


def attach_file(
    *, submission: StageSubmission, question_id: str, stream: BinaryIO, name: str, actor: Actor
) -> ProposalFile:
    """Store an upload as an answer; raises ``Invalid`` (on the question's field) and keeps nothing when it is refused."""

    def receive(question: Question) -> files.Content:
        return files.receive(stream, name, question.file_types, size_limit(question))

    return _attach(submission, question_id, actor, receive)


def attach_arrived(
    *, submission: StageSubmission, question_id: str, arrived: Path, name: str, actor: Actor
) -> ProposalFile:
    """The same for a file that came in pieces and lies on this disk, complete."""

    def adopt(question: Question) -> files.Content:
        return files.adopt(arrived, name, question.file_types, size_limit(question))

    return _attach(submission, question_id, actor, adopt)


def size_limit(question: Question) -> int:
    """The largest file that a question takes, in bytes: the instance's limit, or less where the form says so."""
    own = question.max_mb
    return min(files.largest(), own * MEGABYTE) if own else files.largest()


def file_question(submission: StageSubmission, question_id: str, actor: Actor) -> Question:
    """A question of the stage that takes files, open to this person for another one; raises what keeps it from that."""
    section, question = _question(submission, question_id)
    refuse_unless_editable(submission, section.id, actor)
    if queries.file_counts(submission.id).get(question_id, 0) >= question.max_files:
        message = N_("This question takes at most %(most)s files. Remove one before you add another.")
        raise Invalid(message, field=question_id, most=question.max_files)
    return question


def _attach(
    submission: StageSubmission, question_id: str, actor: Actor, take_in: Callable[[Question], files.Content]
) -> ProposalFile:
    """Let ``take_in`` bring the content into storage, then write that it answers the question."""
    refuse_strangers(actor, submission, "proposal.edit")
    _question(submission, question_id)
    transitions.lock(submission)
    question = file_question(submission, question_id, actor)
    try:
        content = take_in(question)
    except Invalid as refused:
        raise Invalid(refused.message, field=question_id, **refused.params) from refused
    _refuse_long(question, content)
    refuse_twice(submission, question_id, content.sha256)
    return write_answer(submission, question_id, files.add(content, actor), actor)


def attach_stored(submission: StageSubmission, question: Question, stored: StoredFile, actor: Actor) -> ProposalFile:
    """Let a file that is stored already answer a question, too, under the question's own rules; the stage is locked."""
    if question.file_types and stored.extension not in question.file_types:
        kinds = ", ".join(question.file_types)
        raise Invalid(N_("Only these kinds of file are accepted here: %(kinds)s."), field=question.id, kinds=kinds)
    if stored.size > size_limit(question):
        message = N_("The file is larger than %(limit)s MB. Split it or make it smaller.")
        raise Invalid(message, field=question.id, limit=size_limit(question) // MEGABYTE)
    _refuse_long(question, stored)
    refuse_twice(submission, question.id, stored.sha256)
    return write_answer(submission, question.id, stored, actor)


def _refuse_long(question: Question, stored: files.Content | StoredFile) -> None:
    """Pages are counted where the question limits them, by a process of its own: the file may be hostile."""
    if question.max_pages is None or stored.extension != "pdf":
        return
    refusal = pages_refusal(question.max_pages, copies.count_pages(files.path_of(stored)))
    if refusal is not None:
        raise Invalid(refusal.message, field=question.id, **refusal.params)


def refuse_twice(submission: StageSubmission, question_id: str, sha256: str) -> None:
    """The same content answers a question once."""
    for one in queries.files_of(submission.id):
        if one.question_id == question_id and one.file.sha256 == sha256:
            message = N_("This file is attached already as “%(name)s”.")
            raise Invalid(message, field=question_id, name=one.file.original_name)


def write_answer(submission: StageSubmission, question_id: str, stored: StoredFile, actor: Actor) -> ProposalFile:
    """Write that a stored file answers a question; the caller holds the stage's lock."""
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
    refuse_unless_editable(submission, section.id, actor)
    if attached.removed_at is not None:
        return
    attached.removed_at = clock.now()
    _touch(submission, actor)
    audit.record(submission, "stage_submission.file_removed", actor, question=attached.question_id, file=attached.id)


def _touch(submission: StageSubmission, actor: Actor) -> None:
    """Whoever looks at the page before this change and submits after it must look again, and who was asked to sign too."""
    submission.sign_off_asked_by_id = None
    submission.answers_saved_at = clock.now()
    submission.answers_saved_by = actor.name
    db.session.flush()
