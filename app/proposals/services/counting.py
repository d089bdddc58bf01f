"""The draft radar's work: counting drafts once an hour, and reminding their owners without reading them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from zoneinfo import ZoneInfo

from app.calls import form_schema
from app.calls.models import Call, CallStage
from app.core import audit, clock, outbox, transitions
from app.core.errors import Invalid
from app.core.types import Actor
from app.extensions import db
from app.proposals import queries, radar
from app.proposals.models import DraftCount, StageSubmission
from app.proposals.services.deadlines import due_at
from app.proposals.services.facts import refuse_strangers
from workflows.machine import N_


def count_all_drafts() -> int:
    """Bring today's counts of every open stage up to now; returns how many stages were counted."""
    stages = queries.stages_to_count(clock.now())
    for stage in stages:
        _count(stage)
    return len(stages)


def _count(stage: CallStage) -> None:
    today = clock.now().astimezone(ZoneInfo(stage.call.zone)).date()
    found = next((c for c in queries.draft_counts(stage.id) if c.counted_on == today), None)
    found = found or DraftCount(call_stage_id=stage.id, counted_on=today)
    found.bands = radar.count_bands(_completeness(stage))
    found.submitted, found.counted_at = queries.count_submitted(stage.id), clock.now()
    db.session.add(found)
    db.session.flush()


def _completeness(stage: CallStage) -> Iterator[tuple[int, int]]:
    """Of each unsent draft, how many questions it is asked and how many still miss a good answer."""
    files = queries.files_by_draft(stage.id)
    for draft in queries.unsent_drafts(stage.id):
        yield _answered(draft, files.get(draft.id, {}))


def _answered(draft: StageSubmission, files: Mapping[str, int]) -> tuple[int, int]:
    form = queries.form_of(draft)
    asked = [q.id for section in form.sections for q in form_schema.shown_questions(form, section, draft.answers)]
    wanting = {problem.question_id for problem in form_schema.problems(form, draft.answers, files)}
    return len(asked), len(wanting & set(asked))


def remind_drafts(*, call: Call, stage: CallStage, actor: Actor) -> int:
    """Write to everybody who has an unsent draft in an open stage, once a day at most; returns how many drafts."""
    refuse_strangers(actor, call, "proposal.remind_drafts")
    transitions.lock(call)
    today = clock.now().astimezone(ZoneInfo(call.zone)).date()
    told = sum(_remind(draft, str(today), actor) for draft in reminded_drafts(stage))
    if not told:
        raise Invalid(N_("Nobody is left to remind today."))
    audit.record(call, "call.drafts_reminded", actor, stage=stage.key, count=told)
    return told


def reminded_drafts(stage: CallStage) -> list[StageSubmission]:
    """The unsent drafts whose own deadline has not passed."""
    now = clock.now()
    drafts = queries.unsent_drafts(stage.id) if stage.opens_at <= now else []
    return [draft for draft in drafts if now < due_at(draft)]


def _remind(draft: StageSubmission, day: str, actor: Actor) -> bool:
    key = f"proposal.draft_reminder:{draft.id}:{day}"
    return (
        outbox.publish("proposal.draft_reminder", draft, actor, dedupe_key=key, proposal_id=draft.proposal_id)
        is not None
    )
