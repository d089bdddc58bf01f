"""Making a draft call of a document, and replacing a draft by a newer document."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from app.calls import document as documents
from app.calls import queries
from app.calls.document import CallDocument, FormError, StageDocument
from app.calls.models import Call, CallStage, FormVersion
from app.core import audit, clock, transitions
from app.core.errors import Invalid
from app.core.types import Actor, Money
from app.extensions import db
from app.identity import queries as identity_queries
from app.identity import services as identity_services
from app.identity.models import Programme
from workflows.call_lifecycle import CallState
from workflows.machine import N_


def import_call(*, document: dict[str, Any], actor: Actor, programme: Programme | None = None) -> Call:
    """Make a draft call of a document, or replace the draft of the same code. Raises ``FormError`` or ``Invalid``.

    With ``programme`` the document must name that one; without, a programme that does not exist yet is founded.
    """
    parsed = documents.parse(document)
    if programme is not None and parsed.programme["code"] != programme.code:
        raise Invalid(
            N_("The file is for the programme %(code)s, not for %(here)s."),
            code=parsed.programme["code"],
            here=programme.code,
        )
    call = queries.call_by_code(parsed.code)
    if call is None:
        return _create(parsed, programme or _programme(parsed, actor), actor)
    return _replace(call, parsed, actor)


def _programme(parsed: CallDocument, actor: Actor) -> Programme:
    known = identity_queries.programme_by_code(parsed.programme["code"])
    return known or identity_services.create_programme(**parsed.programme, actor=actor)


def _create(parsed: CallDocument, programme: Programme, actor: Actor) -> Call:
    _refuse_taken_prefix(parsed)
    call = Call(code=parsed.code, programme_id=programme.id)
    _fill(call, parsed)
    transitions.begin(call, actor, "call.imported", sha256=parsed.sha256)
    _add_stages(call, parsed)
    return _loaded(call)


def _refuse_taken_prefix(parsed: CallDocument) -> None:
    taken = queries.call_by_prefix(parsed.reference_prefix)
    if taken is not None and taken.code != parsed.code:
        raise Invalid(
            N_("The reference prefix %(prefix)s belongs to the call %(code)s."),
            prefix=parsed.reference_prefix,
            code=taken.code,
        )


def _replace(call: Call, parsed: CallDocument, actor: Actor) -> Call:
    transitions.lock(call)
    if call.state != CallState.DRAFT.value:
        message = N_("The call %(code)s is no longer a draft; what was published never changes.")
        raise Invalid(message, code=call.code)
    programme = identity_queries.get_programme(call.programme_id)
    if programme is None or programme.code != parsed.programme["code"]:
        raise Invalid(N_("The call %(code)s belongs to another programme."), code=call.code)
    _refuse_taken_prefix(parsed)
    for stage in list(call.stages):
        db.session.delete(stage)
    db.session.flush()
    _fill(call, parsed)
    db.session.flush()
    _add_stages(call, parsed)
    audit.record(call, "call.reimported", actor, sha256=parsed.sha256)
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
    call.opens_at = min(_instant(s.opens, parsed, "opens", i) for i, s in enumerate(parsed.stages))
    call.closes_at = max(_instant(s.closes, parsed, "closes", i) for i, s in enumerate(parsed.stages))
    call.document_sha256 = parsed.sha256


def _instant(wall: datetime, parsed: CallDocument, name: str, index: int) -> datetime:
    """The instant of a wall time; one that the zone skips or has twice is a flaw of the document with its path."""
    try:
        return clock.from_wall_time(wall, parsed.zone)
    except Invalid as error:
        raise FormError([documents.Flaw(f"stages[{index}].{name}", error.message, error.params)]) from error


def _add_stages(call: Call, parsed: CallDocument) -> None:
    for position, stage in enumerate(parsed.stages):
        db.session.add(
            CallStage(
                call_id=call.id,
                key=stage.key,
                position=position,
                title=stage.title,
                opens_at=_instant(stage.opens, parsed, "opens", position),
                closes_at=_instant(stage.closes, parsed, "closes", position),
                opens_wall=stage.opens.strftime(documents.WALL),
                closes_wall=stage.closes.strftime(documents.WALL),
                form_version_id=_form_version(stage, parsed).id,
                rubric=stage.rubric_document,
                checks=stage.checks,
                gives_advice=stage.gives_advice,
                screens_on_receipt=stage.screens_on_receipt,
            )
        )
    db.session.flush()


def _form_version(stage: StageDocument, parsed: CallDocument) -> FormVersion:
    """The stored form of this content; equal forms share one row, which never changes."""
    content = {"currency": parsed.currency, **stage.form_document}
    sha256 = documents.canonical_sha256(content)
    known = queries.form_version_by_hash(sha256)
    if known is not None:
        return known
    version = FormVersion(sha256=sha256, document=content)
    db.session.add(version)
    db.session.flush()
    return version
