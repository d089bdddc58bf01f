"""The moves of a call: publish, extend, cancel, and the opening and closing by the clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.calls import document as documents
from app.calls import policy, queries
from app.calls.document import WALL
from app.calls.models import Call, CallStage
from app.calls.services.asking import note_extension, reasons_in
from app.calls.services.exporting import document_of, fingerprint
from app.calls.services.importing import instants
from app.core import clock, transitions
from app.core.errors import Invalid, MoveRefused
from app.core.types import SYSTEM_ACTOR, Actor
from app.extensions import db
from workflows.actors import SYSTEM
from workflows.call_lifecycle import CallFacts, CallState
from workflows.machine import N_, Move, Offer

BY_CLOCK = frozenset({SYSTEM})
TAKES_PROPOSALS = frozenset({CallState.PUBLISHED.value, CallState.OPEN.value})


def is_open(call_stage: CallStage, now: datetime) -> bool:
    """Whether the stage takes submissions at this instant: from its opening until before its closing, half open."""
    return call_stage.call.state in TAKES_PROPOSALS and call_stage.opens_at <= now < call_stage.closes_at


def call_facts(
    call: Call,
    *,
    new_closes_at: datetime | None = None,
    unannounced: int = 0,
    unseen: int = 0,
    awards_announced: int = 0,
) -> CallFacts:
    """What the guards of a call's moves know. How many proposals wait is told by the domain above that counts them."""
    return CallFacts(
        now=clock.now(),
        opens_at=call.opens_at,
        closes_at=call.closes_at,
        problems=tuple(_problems(call)),
        new_closes_at=new_closes_at,
        unannounced=unannounced,
        unseen=unseen,
        awards_announced=awards_announced,
    )


def _problems(call: Call) -> list[str]:
    """What is missing before a call can be published, one word each."""
    if not call.stages:
        return [N_("no stage")]
    found = [] if call.stages[-1].rubric else [N_("no rubric for the last stage")]
    return found + (_draft_problems(call) if call.state == CallState.DRAFT.value else [])


def _draft_problems(call: Call) -> list[str]:
    """What is written but not in the call yet, and what no longer fits since a form was changed."""
    draft = queries.draft_of(call.id)
    if draft is not None and not draft.is_whole:
        return [N_("the editor holds changes that are not whole yet")]
    try:
        instants(documents.parse(document_of(call)))
    except documents.FormError:
        return [N_("its parts no longer fit together; the editor says where")]
    return []


def move(*, call: Call, name: str, actor: Actor, version: int | None = None, reason: str = "") -> Move:
    """Make a move that needs nothing else (assess, archive) as this person."""
    return transitions.fire(
        call,
        name,
        actor=actor,
        relations=policy.relations(actor, call),
        facts=lambda: call_facts(call),
        expected_version=version,
        reason=reason,
    )


def cancel(
    *, call: Call, reason: str, actor: Actor, version: int | None = None, awards_announced: int | None = None
) -> Move:
    """Cancel the call. Once assessment runs, only a caller that has counted the announced awards may."""
    transitions.lock(call, version)
    if call.state == CallState.ASSESSING.value and awards_announced is None:
        raise MoveRefused(N_("Once assessment has begun, a call is cancelled from the page of its decisions."))
    return transitions.fire(
        call,
        "cancel",
        actor=actor,
        relations=policy.relations(actor, call),
        facts=lambda: call_facts(call, awards_announced=awards_announced or 0),
        reason=reason,
    )


def publish(*, call: Call, actor: Actor, version: int | None = None) -> Move:
    """Make the call public; from now on its form, rubric, rules and process stay as they are."""
    draft = queries.draft_of(call.id)
    if draft is not None:
        transitions.lock(draft)
    transitions.lock(call, version)
    call.published_at = call.published_at or clock.now()
    call.document_sha256 = fingerprint(call)
    db.session.flush()
    done = transitions.fire(
        call,
        "publish",
        actor=actor,
        relations=policy.relations(actor, call),
        facts=lambda: call_facts(call),
        document_sha256=call.document_sha256,
        forms=[stage.form_version.sha256 for stage in call.stages],
        rubrics=[documents.canonical_sha256(stage.rubric) for stage in call.stages],
        rules=documents.canonical_sha256(call.rules),
        process=documents.canonical_sha256(call.process),
    )
    if draft is not None:
        db.session.delete(draft)
        db.session.flush()
    return done


def extend(
    *,
    call: Call,
    stage: CallStage,
    wall: datetime,
    reasons: Mapping[str, str],
    actor: Actor,
    version: int | None = None,
    covers: datetime | None = None,
) -> Move:
    """Give a stage a later closing time (wall clock in the call's zone). Only the last stage moves the call's own end.

    ``reasons``: why, by language; who reads another one gets what there is. ``covers``: up to which instant outages of
    the service are made good by it.
    """
    instant, said = clock.from_wall_time(wall, call.zone), reasons_in(call, reasons)
    transitions.lock(call, version)
    before = stage.closes_wall
    covered: dict[str, Any] = {"covers": covers.isoformat()} if covers else {}
    _check_extension(call, stage, instant)
    row = transitions.fire(
        call,
        "extend",
        actor=actor,
        relations=policy.relations(actor, call),
        facts=lambda: _extension_facts(call, stage, instant),
        reason=next(iter(said.values())),
        reasons=said,
        payload={"stage": stage.key},
        stage=stage.key,
        old=before,
        new=wall.strftime(WALL),
        zone=call.zone,
        **covered,
    )
    _move_closing(stage, instant, wall, call.zone)
    call.closes_at = max(call.closes_at, instant)
    db.session.flush()
    note_extension(call=call, stage=stage, reasons=said, actor=actor)
    return row


def _move_closing(stage: CallStage, instant: datetime, wall: datetime, zone_name: str) -> None:
    """The new closing; who gets more time to write waits as many wall-clock hours longer for the answer."""
    if stage.answer_by is not None:
        zone = ZoneInfo(zone_name)
        before = stage.closes_at.astimezone(zone).replace(tzinfo=None)
        promised = stage.answer_by.astimezone(zone).replace(tzinfo=None) + (wall - before)
        stage.answer_by = promised.replace(tzinfo=zone).astimezone(UTC)
        stage.answer_by_wall = stage.answer_by.astimezone(zone).strftime(WALL)
    stage.closes_at, stage.closes_wall = instant, wall.strftime(WALL)


def _check_extension(call: Call, stage: CallStage, instant: datetime) -> None:
    last = stage.id == call.stages[-1].id
    if not last and (instant > call.closes_at or call.state == CallState.CLOSED.value):
        raise Invalid(
            N_("An earlier stage cannot close after the last one. Extend the last stage first."), field="wall"
        )


def _extension_facts(call: Call, stage: CallStage, instant: datetime) -> CallFacts:
    return replace(call_facts(call, new_closes_at=instant), closes_at=stage.closes_at)


def offers(call: Call, actor: Actor) -> Sequence[Offer]:
    """The moves of the call's own page; what needs a count of decisions is offered by the decisions' page."""
    elsewhere = {"decide", "cancel"} if call.state == CallState.ASSESSING.value else {"decide"}
    found = transitions.offers(call, policy.relations(actor, call), call_facts(call))
    return [offer for offer in found if offer.move.name not in elsewhere]


def close_decisions(
    *, call: Call, actor: Actor, unannounced: int, unseen: int = 0, awards_announced: int, version: int | None = None
) -> Move:
    """End the call's decisions; the decisions domain counts what is unannounced and offers the button."""
    return transitions.fire(
        call,
        "decide",
        actor=actor,
        relations=policy.relations(actor, call),
        facts=lambda: call_facts(call, unannounced=unannounced, unseen=unseen, awards_announced=awards_announced),
        expected_version=version,
        awards=awards_announced,
    )


def open_due_calls() -> int:
    """Open every published call whose time has come; running it again changes nothing. Returns how many."""
    return sum(_by_clock(call, "open") for call in queries.calls_to_open(clock.now()))


def close_due_calls() -> int:
    """Close every open call whose time has passed; running it again changes nothing. Returns how many."""
    return sum(_by_clock(call, "close") for call in queries.calls_to_close(clock.now()))


def _by_clock(call: Call, name: str) -> bool:
    """Make the clock's move, unless somebody moved or extended the call before its row was locked."""
    transitions.lock(call)
    if transitions.refusal(call, name, BY_CLOCK, call_facts(call)):
        return False
    transitions.fire(call, name, actor=SYSTEM_ACTOR, relations=BY_CLOCK, facts=lambda: call_facts(call))
    return True
