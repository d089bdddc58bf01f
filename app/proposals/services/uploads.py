"""Uploads that come in pieces: begun, continued over a bad line or after a break, complete at last, or swept away."""

from __future__ import annotations

import uuid
from datetime import timedelta

from app.core import clock, partials
from app.core.errors import Conflict, Invalid, NotFound
from app.core.files import clean_name
from app.core.types import Actor
from app.extensions import db
from app.proposals import queries
from app.proposals.models import ProposalFile, StageSubmission, Upload
from app.proposals.services.attachments import attach_arrived, file_question, size_limit
from app.proposals.services.facts import acting_person, refuse_strangers
from workflows.machine import N_

KEPT = timedelta(days=7)
MOST_AT_ONCE = 20


class TooLarge(Invalid):
    """A file larger than its question takes."""


def begin_upload(
    *, submission: StageSubmission, section_id: str, question_id: str, name: str, length: int, actor: Actor
) -> Upload:
    """Make room for a file that will come in pieces; what can be refused without seeing it is refused now."""
    refuse_strangers(actor, submission, "proposal.edit")
    section = queries.form_of(submission).section_of(question_id)
    if section is None or section.id != section_id:
        raise NotFound()
    most = size_limit(file_question(submission, question_id, actor))
    if length > most:
        message = N_("The file is larger than %(limit)s MB. Split it or make it smaller.")
        raise TooLarge(message, field=question_id, limit=most // 1048576)
    if not length:
        raise Invalid(N_("The file is empty."), field=question_id)
    if queries.count_open_uploads(acting_person(actor)) >= MOST_AT_ONCE:
        raise Invalid(N_("Too many of your files are on their way. Let one finish first."), field=question_id)
    upload = Upload(
        stage_submission=submission,
        question_id=question_id,
        name=clean_name(name),
        length=length,
        received=0,
        created_by_id=acting_person(actor),
        expires_at=clock.now() + KEPT,
    )
    db.session.add(upload)
    db.session.flush()
    partials.begin(upload.id)
    return upload


def arrived(upload: Upload) -> int | None:
    """How much of an upload has arrived for good; nothing when it cannot go on."""
    if upload.outcome == "attached":
        return upload.length
    if upload.outcome != "open" or upload.expires_at <= clock.now():
        return None
    return partials.size_of(upload.id)


def note_arrival(*, upload: Upload, size: int) -> None:
    """Write how far an upload has come; it is kept for a while from now on."""
    if upload.outcome == "open":
        upload.received = max(upload.received, size)
        upload.expires_at = clock.now() + KEPT
        db.session.flush()


def finish_upload(*, upload: Upload, actor: Actor) -> ProposalFile | None:
    """Attach an upload that has come whole, exactly as the plain form does; nothing when that was done before."""
    if upload.outcome != "open":
        return None
    if partials.size_of(upload.id) != upload.length:
        raise Conflict()
    attached = attach_arrived(
        submission=upload.stage_submission,
        question_id=upload.question_id,
        arrived=partials.path_of(upload.id),
        name=upload.name,
        actor=actor,
    )
    upload.outcome = "attached"
    db.session.flush()
    return attached


def end_upload(*, upload: Upload, outcome: str) -> None:
    """End an upload that will not become an answer: refused, terminated by its sender, or expired."""
    if upload.outcome == "open":
        upload.outcome = outcome
        db.session.flush()
        partials.remove(upload.id)


def sweep_uploads() -> int:
    """End what nobody went on with for a week, forget what ended a week ago, clear the disk; returns how many."""
    now = clock.now()
    found = queries.uploads_over(now, now - KEPT)
    for upload in found:
        if upload.outcome == "open":
            end_upload(upload=upload, outcome="expired")
        else:
            db.session.delete(upload)
    db.session.flush()
    known: set[uuid.UUID] = queries.open_upload_ids()
    return len(found) + partials.remove_strays(known)
