"""Making a draft call of a document, and replacing a draft by a newer document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from app.calls import document as documents
from app.calls import queries
from app.calls.document import CallDocument, FormError
from app.calls.models import Call, CallDraft, CallStage, FormVersion
from app.core import audit, clock, transitions
from app.core.errors import Conflict, Invalid
from app.core.types import Actor, Money
from app.extensions import db
from app.identity import queries as identity_queries
from app.identity import services as identity_services
from app.identity.models import Programme
from workflows.call_lifecycle import CallState
from workflows.machine import N_

MOST_STAGES = 100


def check_document(*, document: dict[str, Any], programme: Programme | None = None) -> CallDocument:
    """Everything an import would refuse, without importing. Raises ``FormError`` (flaws with paths) or ``Invalid``."""
    parsed = documents.parse(document)
    instants(parsed)
    code = parsed.programme["code"]
    if programme is not None and code != programme.code:
        raise Invalid(N_("The file is for the programme %(code)s, not for %(here)s."), code=code, here=programme.code)
    known = queries.call_by_code(parsed.code)
    if known is not None and known.state != CallState.DRAFT.value:
        message = N_("The call %(code)s is no longer a draft; what was published never changes.")
        raise Invalid(message, code=known.code)
    if known is not None and known.programme.code != code:
        raise Invalid(N_("The call %(code)s belongs to another programme."), code=known.code)
    taken = queries.call_by_prefix(parsed.reference_prefix)
    if taken is not None and taken.code != parsed.code:
        message = N_("The reference prefix %(prefix)s belongs to the call %(code)s.")
        raise Invalid(message, prefix=parsed.reference_prefix, code=taken.code)
    return parsed


def import_call(*, document: dict[str, Any], actor: Actor, programme: Programme | None = None) -> Call:
    """Make a draft call of a document, or replace the draft of the same code. Raises ``FormError`` or ``Invalid``.

    With ``programme`` the document must name that one; without, a programme that does not exist yet is founded.
    """
    parsed = check_document(document=document, programme=programme)
    call = queries.call_by_code(parsed.code)
    if call is None:
        return create_call(parsed, programme or _programme(parsed, actor), actor)
    return _replace(call, parsed, document, actor)


def _programme(parsed: CallDocument, actor: Actor) -> Programme:
    known = identity_queries.programme_by_code(parsed.programme["code"])
    return known or identity_services.create_programme(**parsed.programme, actor=actor)


def create_call(parsed: CallDocument, programme: Programme, actor: Actor) -> Call:
    """A draft call of a checked document."""
    call = Call(code=parsed.code, programme_id=programme.id)
    _fill(call, parsed)
    transitions.begin(call, actor, "call.imported", sha256=parsed.sha256)
    _put_stages(call, parsed, {})
    return _loaded(call)


def _replace(call: Call, parsed: CallDocument, document: dict[str, Any], actor: Actor) -> Call:
    draft = queries.draft_of(call.id)
    if draft is not None:
        transitions.lock(draft)
    transitions.lock(call)
    if call.state != CallState.DRAFT.value:
        raise Conflict()
    by_key = {stage.key: stage for stage in call.stages}
    replaced = refill(call, parsed, [by_key.get(stage.key) for stage in parsed.stages])
    if draft is not None:
        _renew(draft, replaced, document, actor)
    audit.record(replaced, "call.reimported", actor, sha256=parsed.sha256)
    return replaced


def _renew(draft: CallDraft, call: Call, document: dict[str, Any], actor: Actor) -> None:
    """The editor goes on from the file; whoever has a page of it open is told."""
    draft.document, draft.is_whole = document, True
    draft.stage_ids = [str(stage.id) for stage in call.stages]
    draft.parts = {"*": draft.version + 1}
    draft.edited_at, draft.edited_by_name = clock.now(), actor.name[:120]
    db.session.flush()


def refill(call: Call, parsed: CallDocument, kept: Sequence[CallStage | None]) -> Call:
    """Write a newer document over a draft call; ``kept`` tells for each of its stages which present one it is."""
    staying = {stage.id for stage in kept if stage}
    for stage in list(call.stages):
        if stage.id not in staying:
            db.session.delete(stage)
        else:
            stage.position += MOST_STAGES
            stage.key = f"{stage.key}~{stage.position}"[:40]
    db.session.flush()
    call.code = parsed.code
    _fill(call, parsed)
    db.session.flush()
    _put_stages(call, parsed, dict(enumerate(kept)))
    return _loaded(call)


def _loaded(call: Call) -> Call:
    """The call again, with its stages and programme as they are now."""
    db.session.flush()
    db.session.expire(call, ["stages", "programme"])
    found = queries.get_call(call.id, fresh=True)
    assert found is not None
    return found


def _fill(call: Call, parsed: CallDocument) -> None:
    call.reference_prefix = parsed.reference_prefix
    call.title, call.summary = parsed.title, parsed.summary
    call.currency = parsed.currency
    call.budget_minor = Money(Decimal(parsed.budget), parsed.currency).minor
    call.zone = parsed.zone
    call.minerals, call.languages = parsed.minerals, parsed.languages
    call.rules, call.process = parsed.rules, parsed.process
    call.contact, call.sources, call.documents = parsed.contact, parsed.sources, parsed.documents
    call.quiz, call.contacts = parsed.quiz, parsed.contacts
    spans = instants(parsed)
    call.opens_at, call.closes_at = min(opens for opens, _ in spans), max(closes for _, closes in spans)
    call.document_sha256 = parsed.sha256


def instants(parsed: CallDocument) -> list[tuple[datetime, datetime]]:
    """Opening and closing of each stage as instants; a wall time the zone skips or has twice is a flaw with its path.

    The end of questions is held to the same, though it is kept as a wall time; so is the time of an answer.
    """
    until = parsed.process.get("questions_until")
    answers(parsed)
    if until:
        _instant(datetime.strptime(until, documents.WALL), parsed.zone, "process.questions_until")  # noqa: DTZ007
    return [
        (
            _instant(stage.opens, parsed.zone, f"stages[{i}].opens"),
            _instant(stage.closes, parsed.zone, f"stages[{i}].closes"),
        )
        for i, stage in enumerate(parsed.stages)
    ]


def answers(parsed: CallDocument) -> list[datetime | None]:
    """Until when each stage is answered, as an instant; None where the call does not say."""
    return [
        _instant(stage.answer_by, parsed.zone, f"stages[{i}].answer_by") if stage.answer_by else None
        for i, stage in enumerate(parsed.stages)
    ]


def _instant(wall: datetime, zone: str, path: str) -> datetime:
    try:
        return clock.from_wall_time(wall, zone)
    except Invalid as error:
        raise FormError([documents.Flaw(path, error.message, error.params)]) from error


def _put_stages(call: Call, parsed: CallDocument, kept: Mapping[int, CallStage | None]) -> None:
    """Write every stage of the document, into the present row where there is one."""
    spans, answered = instants(parsed), answers(parsed)
    for position, told in enumerate(parsed.stages):
        stage = kept.get(position) or CallStage(call_id=call.id)
        stage.key, stage.position, stage.title = told.key, position, told.title
        stage.opens_at, stage.closes_at = spans[position]
        stage.opens_wall = told.opens.strftime(documents.WALL)
        stage.closes_wall = told.closes.strftime(documents.WALL)
        stage.answer_by = answered[position]
        stage.answer_by_wall = told.answer_by.strftime(documents.WALL) if told.answer_by else ""
        stage.form_version_id = store_form({"currency": parsed.currency, **told.form_document}).id
        stage.rubric, stage.checks = told.rubric_document, told.checks
        stage.gives_advice, stage.screens_on_receipt = told.gives_advice, told.screens_on_receipt
        db.session.add(stage)
    db.session.flush()


def store_form(content: dict[str, Any]) -> FormVersion:
    """The stored form of this content; equal forms share one row, which never changes."""
    sha256 = documents.canonical_sha256(content)
    known = queries.form_version_by_hash(sha256)
    if known is not None:
        return known
    version = FormVersion(sha256=sha256, document=content)
    db.session.add(version)
    db.session.flush()
    return version
