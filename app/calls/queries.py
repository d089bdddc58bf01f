"""Reading calls: always with their stages, forms and programme, in one fixed order."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload, undefer

from app.calls import form_schema, rubric
from app.calls.form_schema import Form, Problem
from app.calls.form_schema.places import sites_named
from app.calls.models import (
    Announcement,
    Call,
    CallDraft,
    CallQuestion,
    CallStage,
    FormDraft,
    FormVersion,
    ServiceSpan,
    StandardQuestion,
)
from app.calls.rubric import Rubric
from app.core.audit import AuditEntry
from app.core.db import affected
from app.extensions import db
from app.mines.queries import sites_by_reference
from workflows.call_lifecycle import CallState
from workflows.machine import N_

_forms: dict[str, Form] = {}


def _loaded() -> Select[Call]:
    return select(Call).options(joinedload(Call.programme), selectinload(Call.stages))


def get_call(call_id: uuid.UUID, fresh: bool = False) -> Call | None:
    """One call with programme, stages and forms; ``fresh`` reads again what this session already holds."""
    query = _loaded().where(Call.id == call_id)
    return db.session.scalar(query.execution_options(populate_existing=True) if fresh else query)


def call_by_code(code: str) -> Call | None:
    """One call by its code, in any state."""
    return db.session.scalar(_loaded().where(Call.code == code))


def call_by_prefix(prefix: str) -> Call | None:
    """The call whose references begin with this prefix."""
    return db.session.scalar(select(Call).where(Call.reference_prefix == prefix))


def public_call(code: str) -> Call | None:
    """One call that everybody may see: published at some time; a draft, or cancelled before, does not exist."""
    return db.session.scalar(_loaded().where(Call.code == code, Call.published_at.is_not(None)))


def public_calls_query() -> Select[Call]:
    """Calls that everybody may see, the one that closes last first."""
    return _loaded().where(Call.published_at.is_not(None)).order_by(Call.closes_at.desc(), Call.code)


def public_calls() -> list[Call]:
    """All calls that everybody may see, the one that closes last first."""
    return list(db.session.scalars(public_calls_query()))


def calls_of_programmes(programme_ids: Iterable[uuid.UUID]) -> list[Call]:
    """All calls of these programmes in every state, the one that closes last first."""
    query = _loaded().where(Call.programme_id.in_(list(programme_ids)))
    return list(db.session.scalars(query.order_by(Call.closes_at.desc(), Call.code)))


def get_stage(call_stage_id: uuid.UUID) -> CallStage | None:
    """One stage of a call, with the call and its programme."""
    query = select(CallStage).options(joinedload(CallStage.call).joinedload(Call.programme))
    return db.session.scalar(query.where(CallStage.id == call_stage_id))


def stage_by_key(code: str, key: str) -> CallStage | None:
    """One stage by the code of its call and its key, with the call and its programme."""
    query = select(CallStage).join(CallStage.call).options(contains_eager(CallStage.call).joinedload(Call.programme))
    return db.session.scalar(query.where(Call.code == code, CallStage.key == key))


def form_draft_of(stage: CallStage) -> FormDraft | None:
    """The working copy of a stage's form, if somebody opened one."""
    query = select(FormDraft).options(joinedload(FormDraft.call_stage).joinedload(CallStage.call))
    return db.session.scalar(query.where(FormDraft.call_stage_id == stage.id))


def form_version_by_hash(sha256: str) -> FormVersion | None:
    """The stored form with this content, if there is one."""
    query = select(FormVersion).where(FormVersion.sha256 == sha256).options(undefer(FormVersion.document))
    return db.session.scalar(query)


def form_versions_by_hash(hashes: Iterable[str]) -> list[FormVersion]:
    """The stored forms among these contents."""
    query = select(FormVersion).where(FormVersion.sha256.in_(sorted(hashes))).order_by(FormVersion.sha256)
    return list(db.session.scalars(query))


def form_of(stage: CallStage) -> Form:
    """The form that a stage gives to new proposals, as pure data."""
    return read_form(stage.form_version)


def read_form(version: FormVersion) -> Form:
    """A form version as pure data; versions never change, so each is parsed once per process."""
    if version.sha256 not in _forms:
        if len(_forms) > 200:
            _forms.clear()
        _forms[version.sha256] = form_schema.parse(version.document, languages=())
    return _forms[version.sha256]


def forms_by_hash(hashes: Iterable[str]) -> dict[str, Form]:
    """Several stored forms by their SHA-256, in the order asked for."""
    wanted = list(hashes)
    unread = [sha for sha in wanted if sha not in _forms]
    if unread:
        for version in db.session.scalars(select(FormVersion).where(FormVersion.sha256.in_(unread))):
            read_form(version)
    found = {sha: form_by_hash(sha) for sha in wanted}
    return {sha: form for sha, form in found.items() if form is not None}


def problems_of(form: Form, answers: Mapping[str, Any], file_counts: Mapping[str, int]) -> list[Problem]:
    """Everything that stands between these answers and submitting them, mine sites that nobody registered too."""
    return [*form_schema.problems(form, answers, file_counts), *unknown_sites(form, answers)]


def unknown_sites(form: Form, answers: Mapping[str, Any], section_id: str = "") -> list[Problem]:
    """Answers that name a site which the registry does not have; asks the database only when a site is named."""
    asked = form_schema.asked_answers(form, answers)
    named = [entry for entry in sites_named(form, asked) if section_id in {"", entry[0].id}]
    known = sites_by_reference(entry[3] for entry in named) if named else {}
    message = N_("The registry has no mine site %(reference)s.")
    return [
        Problem(section.id, question.id, message, {"reference": reference}, name)
        for section, question, name, reference in named
        if reference not in known
    ]


def form_by_hash(sha256: str) -> Form | None:
    """The form with this SHA-256, if it is stored."""
    if sha256 in _forms:
        return _forms[sha256]
    version = form_version_by_hash(sha256)
    return read_form(version) if version else None


def rubric_of(stage: CallStage) -> Rubric | None:
    """The rubric of a stage as pure data, if it has one."""
    return rubric.parse(stage.rubric, languages=()) if stage.rubric else None


def calls_to_open(now: datetime) -> list[Call]:
    """Published calls whose opening time has come."""
    query = _loaded().where(Call.state == CallState.PUBLISHED.value, Call.opens_at <= now)
    return list(db.session.scalars(query.order_by(Call.opens_at, Call.code)))


def calls_to_close(now: datetime) -> list[Call]:
    """Open calls whose closing time has passed."""
    query = _loaded().where(Call.state == CallState.OPEN.value, Call.closes_at <= now)
    return list(db.session.scalars(query.order_by(Call.closes_at, Call.code)))


def standard_by_code(code: str) -> StandardQuestion | None:
    """One question of the library by its code."""
    return db.session.scalar(select(StandardQuestion).where(StandardQuestion.code == code))


def standards_among(codes: Iterable[str]) -> list[StandardQuestion]:
    """Those of the library that have one of these codes."""
    query = select(StandardQuestion).where(StandardQuestion.code.in_(sorted(set(codes))))
    return list(db.session.scalars(query.order_by(StandardQuestion.code)))


def standards_for(programme_ids: Iterable[uuid.UUID], retired: bool = True) -> list[StandardQuestion]:
    """The library as these programmes see it: their own questions and those for all."""
    own = StandardQuestion.programme_id.in_(list(programme_ids)) | StandardQuestion.programme_id.is_(None)
    query = select(StandardQuestion).where(own).order_by(StandardQuestion.code)
    if not retired:
        query = query.where(StandardQuestion.retired_at.is_(None))
    return list(db.session.scalars(query))


def newest_span() -> ServiceSpan | None:
    """The span of signs of life that goes on, or the last one before the service fell silent."""
    return db.session.scalar(select(ServiceSpan).order_by(ServiceSpan.last_seen_at.desc()).limit(1))


def spans_since(moment: datetime) -> list[ServiceSpan]:
    """The spans that reach beyond an instant, and the one before them, oldest first."""
    before = select(func.max(ServiceSpan.last_seen_at)).where(ServiceSpan.last_seen_at <= moment).scalar_subquery()
    query = select(ServiceSpan).where((ServiceSpan.last_seen_at > moment) | (ServiceSpan.last_seen_at == before))
    return list(db.session.scalars(query.order_by(ServiceSpan.began_at, ServiceSpan.id)))


def forget_spans(until: datetime) -> int:
    """Delete the spans that ended before an instant; returns how many."""
    return affected(delete(ServiceSpan).where(ServiceSpan.last_seen_at < until))


def acts_of_people(begin: datetime, end: datetime) -> list[datetime]:
    """When people changed something between two instants: proof that they reached the service."""
    query = select(AuditEntry.at).where(AuditEntry.at > begin, AuditEntry.at < end, AuditEntry.actor_id.is_not(None))
    return list(db.session.scalars(query.order_by(AuditEntry.at)))


def _drafts() -> Select[CallDraft]:
    call = joinedload(CallDraft.call)
    return select(CallDraft).options(
        joinedload(CallDraft.programme), call.joinedload(Call.programme), call.selectinload(Call.stages)
    )


def get_draft(draft_id: uuid.UUID) -> CallDraft | None:
    """A call that is being written; one whose call is no longer a draft is done with and not found."""
    draft = db.session.scalar(_drafts().where(CallDraft.id == draft_id))
    done = draft is not None and draft.call is not None and draft.call.state != CallState.DRAFT.value
    return None if done else draft


def draft_of(call_id: uuid.UUID) -> CallDraft | None:
    """The editor's row of a call, if somebody has begun to edit it."""
    return db.session.scalar(_drafts().where(CallDraft.call_id == call_id))


def drafts_of_programmes(programme_ids: Iterable[uuid.UUID]) -> list[CallDraft]:
    """The calls of these programmes that are not whole enough yet to be a draft call, the last edited first."""
    wanted = CallDraft.programme_id.in_(list(programme_ids))
    query = _drafts().where(wanted, CallDraft.call_id.is_(None)).order_by(CallDraft.edited_at.desc(), CallDraft.id)
    return list(db.session.scalars(query))


def form_drafts_of_call(call_id: uuid.UUID) -> list[FormDraft]:
    """The working copies of the forms of a call, in the order of its stages."""
    query = select(FormDraft).join(FormDraft.call_stage).where(CallStage.call_id == call_id)
    return list(db.session.scalars(query.order_by(CallStage.position)))


def stages_to_copy(programme_id: uuid.UUID) -> list[CallStage]:
    """Stages whose form or rubric another call may begin with: of public calls and of the programme's own, newest first."""
    mine = or_(Call.published_at.is_not(None), Call.programme_id == programme_id)
    query = select(CallStage).join(CallStage.call).options(contains_eager(CallStage.call)).where(mine)
    return list(db.session.scalars(query.order_by(Call.closes_at.desc(), Call.code, CallStage.position).limit(100)))


def stage_to_copy(stage_id: uuid.UUID, programme_id: uuid.UUID) -> CallStage | None:
    """One of them."""
    return next((stage for stage in stages_to_copy(programme_id) if stage.id == stage_id), None)


def get_question(question_id: uuid.UUID) -> CallQuestion | None:
    """One question about a call."""
    return db.session.get(CallQuestion, question_id)


def questions_of(call_id: uuid.UUID, asked_by: uuid.UUID | None = None) -> list[CallQuestion]:
    """All questions about a call, or those of one person: unanswered first, the oldest of them on top."""
    query = select(CallQuestion).where(CallQuestion.call_id == call_id)
    if asked_by is not None:
        query = query.where(CallQuestion.asked_by_id == asked_by)
    return list(db.session.scalars(query.order_by(CallQuestion.answer != "", CallQuestion.created_at, CallQuestion.id)))


def published_answers(call_ids: Iterable[uuid.UUID]) -> list[CallQuestion]:
    """What was published to all, the newest first."""
    query = select(CallQuestion).where(CallQuestion.call_id.in_(list(call_ids)), CallQuestion.published_at.is_not(None))
    return list(db.session.scalars(query.order_by(CallQuestion.published_at.desc(), CallQuestion.id)))


def announcements_of(call_ids: Iterable[uuid.UUID]) -> list[Announcement]:
    """News of these calls, the newest first."""
    query = select(Announcement).where(Announcement.call_id.in_(list(call_ids)))
    return list(db.session.scalars(query.order_by(Announcement.posted_at.desc(), Announcement.id)))


def get_announcement(announcement_id: uuid.UUID) -> Announcement | None:
    """One announcement."""
    return db.session.get(Announcement, announcement_id)
