"""An offline pack that comes back: kept as it came, compared with what is here now, merged question by question."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict

from app.core import audit, clock, transitions
from app.core.errors import Conflict, Invalid
from app.core.types import Actor
from app.extensions import db
from app.proposals import offline, queries
from app.proposals.models import OfflineReturn, StageSubmission
from app.proposals.services.drafting import editable_sections
from app.proposals.services.facts import refuse_strangers
from app.proposals.services.keeping import save_section
from workflows.machine import N_


def keep_return(*, submission: StageSubmission, content: bytes, actor: Actor) -> OfflineReturn:
    """Keep a returned file; raises ``Invalid`` (field ``file``) for what is no pack or belongs to another proposal."""
    refuse_strangers(actor, submission, "proposal.edit")
    try:
        pack = offline.read_pack(content)
    except offline.UnreadablePack as unreadable:
        raise Invalid(str(unreadable), field="file") from unreadable
    if (pack.proposal, pack.stage) != (str(submission.proposal_id), submission.call_stage.key):
        raise Invalid(N_("This offline form belongs to another proposal or another stage."), field="file")
    if queries.form_by_hash(pack.form_sha256) is None:
        raise Invalid(N_("This is not an offline form of Assay, or it was damaged on its way."), field="file")
    kept = OfflineReturn(
        stage_submission_id=submission.id, person_id=actor.person_id, person_name=actor.name, pack=asdict(pack)
    )
    db.session.add(kept)
    db.session.flush()
    audit.record(submission, "stage_submission.offline_returned", actor, returned=kept.id)
    return kept


def returned_changes(submission: StageSubmission, returned: OfflineReturn) -> list[offline.Change]:
    """What the pack would change now; questions that the form no longer asks are told too."""
    pack = offline.Pack(**returned.pack)
    form = queries.form_by_hash(pack.form_sha256)
    return offline.changes(form, pack, submission.answers) if form else []


def can_take(submission: StageSubmission, returned: OfflineReturn, change: offline.Change, actor: Actor) -> bool:
    """Whether a change fits the form as it is now, and its section is open to this person."""
    form, packed = queries.form_of(submission), queries.form_by_hash(str(returned.pack["form_sha256"]))
    section, question = form.section_of(change.question_id), form.question(change.question_id)
    asked = packed.question(change.question_id) if packed else None
    if section is None or question is None or asked is None:
        return False
    return question.kind == asked.kind and section.id in editable_sections(submission, actor)


def merge_return(
    *,
    submission: StageSubmission,
    returned: OfflineReturn,
    take: Collection[str],
    expected_version: int | None,
    actor: Actor,
) -> int:
    """Put the chosen questions of a pack into the answers; returns how many. ``Conflict`` when somebody saved meanwhile."""
    refuse_strangers(actor, submission, "proposal.edit")
    transitions.lock(submission)
    if expected_version is not None and submission.version != expected_version:
        raise Conflict()
    pack = offline.Pack(**returned.pack)
    possible = [c for c in returned_changes(submission, returned) if can_take(submission, returned, c, actor)]
    chosen = [c for c in possible if c.question_id in take]
    form = queries.form_of(submission)
    for section in form.sections:
        wanted = {c.question_id for c in chosen if form.section_of(c.question_id) == section}
        if not wanted:
            continue
        save_section(
            submission=submission,
            section_id=section.id,
            fields=offline.fields_to_save(form, pack, submission.answers, wanted),
            expected_version=None,
            actor=actor,
        )
    returned.merged_at = clock.now()
    db.session.flush()
    audit.record(submission, "stage_submission.offline_merged", actor, returned=returned.id, questions=len(chosen))
    return len(chosen)
