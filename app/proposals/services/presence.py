"""Who has a stage open now, for the applicant's side alone."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError

from app.core import clock
from app.core.db import affected
from app.core.types import Actor
from app.extensions import db
from app.proposals.models import Presence, StageSubmission
from app.proposals.services.facts import acting_person, refuse_strangers

SWEPT_AFTER = timedelta(hours=1)


def mark_presence(*, submission: StageSubmission, section_id: str, actor: Actor) -> None:
    """Note that a person of the applicant's side has a stage open, as their page says."""
    refuse_strangers(actor, submission, "proposal.view_own")
    note_presence(submission=submission, section_id=section_id, actor=actor)


def note_presence(*, submission: StageSubmission, section_id: str, actor: Actor) -> None:
    """Note that a person has a stage open; the note is worth a minute and swept away soon after."""
    person_id, now = acting_person(actor), clock.unshifted()
    known = update(Presence).where(Presence.stage_submission_id == submission.id, Presence.person_id == person_id)
    values = {"section_id": section_id[:80], "seen_at": now, "person_name": actor.name}
    if affected(known.values(**values)):
        return
    affected(delete(Presence).where(Presence.seen_at < now - SWEPT_AFTER))
    try:
        with db.session.begin_nested():
            db.session.add(Presence(stage_submission_id=submission.id, person_id=person_id, **values))
    except IntegrityError:
        return  # the same person's other window was first
