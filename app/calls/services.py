"""Verbs of a call: import, publish, extend, cancel, and the opening and closing by the clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from app.calls import document as documents
from app.calls import policy, queries
from app.calls.document import CallDocument, StageDocument
from app.calls.form_schema import FormError
from app.calls.models import Call, CallStage, FormVersion
from app.core import audit, clock, transitions
from app.core.errors import Invalid
from app.core.types import SYSTEM_ACTOR, Actor, Money
from app.extensions import db
from app.identity import queries as identity_queries
from app.identity import services as identity_services
from app.identity.models import Programme
from workflows.actors import SYSTEM
from workflows.call_lifecycle import CallFacts, CallState
from workflows.machine import N_, Move, Offer

BY_CLOCK = frozenset({SYSTEM})
TAKES_PROPOSALS = frozenset({CallState.PUBLISHED.value, CallState.OPEN.value})


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


def is_open(call_stage: CallStage, now: datetime) -> bool:
    """Whether the stage takes submissions at this instant: from its opening until before its closing, half open."""
    return call_stage.call.state in TAKES_PROPOSALS and call_stage.opens_at <= now < call_stage.closes_at


def call_facts(
    call: Call, *, new_closes_at: datetime | None = None, unannounced: int = 0, awards_announced: int = 0
) -> CallFacts:
    """What the guards of a call's moves know. How many proposals wait is told by the domain above that counts them."""
    return CallFacts(
        now=clock.now(),
        opens_at=call.opens_at,
        closes_at=call.closes_at,
        problems=tuple(_problems(call)),
        new_closes_at=new_closes_at,
        unannounced=unannounced,
        awards_announced=awards_announced,
    )


def _problems(call: Call) -> list[str]:
    """What is missing before a call can be published, one word each."""
    if not call.stages:
        return [N_("no stage")]
    return [] if call.stages[-1].rubric else [N_("no rubric for the last stage")]


def move(
    *, call: Call, name: str, actor: Actor, version: int | None = None, reason: str = "", awards_announced: int = 0
) -> Move:
    """Make one of the plain moves (assess, archive, cancel) as this person."""
    return transitions.fire(
        call,
        name,
        actor=actor,
        relations=policy.relations(actor, call),
        facts=lambda: call_facts(call, awards_announced=awards_announced),
        expected_version=version,
        reason=reason,
    )


def publish(*, call: Call, actor: Actor, version: int | None = None) -> Move:
    """Make the call public; from now on its form, rubric, rules and process stay as they are."""
    transitions.lock(call, version)
    call.published_at = call.published_at or clock.now()
    db.session.flush()
    return transitions.fire(
        call,
        "publish",
        actor=actor,
        relations=policy.relations(actor, call),
        facts=lambda: call_facts(call),
        document_sha256=call.document_sha256,
        forms=[stage.form_version.sha256 for stage in call.stages],
    )


def extend(
    *, call: Call, stage: CallStage, wall: datetime, reason: str, actor: Actor, version: int | None = None
) -> Move:
    """Give a stage a later closing time (wall clock in the call's zone). Only the last stage moves the call's own end."""
    instant = clock.from_wall_time(wall, call.zone)
    transitions.lock(call, version)
    before = stage.closes_wall
    _check_extension(call, stage, instant)
    row = transitions.fire(
        call,
        "extend",
        actor=actor,
        relations=policy.relations(actor, call),
        facts=lambda: _extension_facts(call, stage, instant),
        reason=reason,
        payload={"stage": stage.key},
        stage=stage.key,
        old=before,
        new=wall.strftime(documents.WALL),
        zone=call.zone,
    )
    stage.closes_at, stage.closes_wall = instant, wall.strftime(documents.WALL)
    call.closes_at = max(call.closes_at, instant)
    db.session.flush()
    return row


def _check_extension(call: Call, stage: CallStage, instant: datetime) -> None:
    last = stage.id == call.stages[-1].id
    if not last and (instant > call.closes_at or call.state == CallState.CLOSED.value):
        raise Invalid(
            N_("An earlier stage cannot close after the last one. Extend the last stage first."), field="wall"
        )


def _extension_facts(call: Call, stage: CallStage, instant: datetime) -> CallFacts:
    facts = call_facts(call, new_closes_at=instant)
    return CallFacts(**{**vars(facts), "closes_at": stage.closes_at})


def offers(call: Call, actor: Actor) -> Sequence[Offer]:
    """The moves of this page that the person holds a role for; closing the decisions belongs to the decisions' own page."""
    found = transitions.offers(call, policy.relations(actor, call), call_facts(call))
    return [offer for offer in found if offer.move.name != "decide"]


def close_decisions(
    *, call: Call, actor: Actor, unannounced: int, awards_announced: int, version: int | None = None
) -> Move:
    """End the call's decisions; the decisions domain counts what is unannounced and offers the button."""
    return transitions.fire(
        call,
        "decide",
        actor=actor,
        relations=policy.relations(actor, call),
        facts=lambda: call_facts(call, unannounced=unannounced, awards_announced=awards_announced),
        expected_version=version,
        awards=awards_announced,
    )


def open_due_calls() -> int:
    """Open every published call whose time has come; running it again changes nothing. Returns how many."""
    return sum(_by_clock(call, "open", CallState.PUBLISHED) for call in queries.calls_to_open(clock.now()))


def close_due_calls() -> int:
    """Close every open call whose time has passed; running it again changes nothing. Returns how many."""
    return sum(_by_clock(call, "close", CallState.OPEN) for call in queries.calls_to_close(clock.now()))


def _by_clock(call: Call, name: str, state: CallState) -> bool:
    """Make the clock's move if the call still waits for it once its row is locked."""
    transitions.lock(call)
    if call.state != state.value:
        return False
    transitions.fire(call, name, actor=SYSTEM_ACTOR, relations=BY_CLOCK, facts=lambda: call_facts(call))
    return True
