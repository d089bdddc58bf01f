"""The round of reviews of a stage: its dates, moving it by hand, and following its dates."""

from __future__ import annotations

from datetime import datetime

import structlog
from sqlalchemy.exc import IntegrityError

from app.calls.models import Call, CallStage
from app.core import audit, clock, transitions
from app.core.errors import Conflict, Invalid, MoveRefused
from app.core.types import SYSTEM_ACTOR, Actor
from app.extensions import db
from app.reviews import policy, queries
from app.reviews.models import Review, ReviewRound
from app.reviews.services.revising import let_stand_by_system
from workflows.actors import STAFF, SYSTEM
from workflows.machine import N_, Offer
from workflows.review_round import ORDER, REVIEW_ROUND, RoundDates, RoundFacts, RoundState
from workflows.reviewer_scoring import ReviewState

log = structlog.get_logger()
FIELDS = ("scoring_at", "reading_at", "discussing_at", "closes_at")
BEGINS = {
    "scoring_at": RoundState.SCORING,
    "reading_at": RoundState.READING,
    "discussing_at": RoundState.DISCUSSING,
    "closes_at": RoundState.CLOSED,
}
TO = {
    RoundState.SCORING: "start_scoring",
    RoundState.READING: "open_reading",
    RoundState.DISCUSSING: "open_discussion",
    RoundState.CLOSED: "close",
}


def round_facts(call: Call, waiting: int = 0) -> RoundFacts:
    """The facts that the guards of a round judge."""
    return RoundFacts(clock.now(), waiting, bool(call.process.get("discussion")))


def offers_of(stage: CallStage, actor: Actor) -> tuple[Offer, ...]:
    """The moves that this person holds a role for, from the phase in force."""
    phase = queries.phase_of_stage(stage.id)
    return REVIEW_ROUND.offers(phase, policy.relations(actor, stage.call), round_facts(stage.call))


def set_dates(
    *, stage: CallStage, walls: dict[str, datetime | None], actor: Actor, expected_version: int | None = None
) -> ReviewRound:
    """Say from when each phase begins by itself; ``walls``: field → wall time in the call's zone, or nothing.

    Raises ``Invalid`` beside the field: a time the clocks skip or have twice, in the past, out of order.
    """
    found = _begin(stage, actor, expected_version)
    instants = {name: _instant(stage.call, name, walls.get(name)) for name in FIELDS}
    before = {name: getattr(found, name) for name in FIELDS}
    _check(stage.call, RoundState(found.state), before, instants)
    for name, instant in instants.items():
        setattr(found, name, instant)
    db.session.flush()
    told = {name: instant.isoformat() if instant else None for name, instant in instants.items()}
    audit.record(found, "review_round.dates_set", actor, dates=told)
    return found


def _instant(call: Call, name: str, wall: datetime | None) -> datetime | None:
    try:
        return clock.from_wall_time(wall, call.zone) if wall else None
    except Invalid as refused:
        raise Invalid(refused.message, field=name, **refused.params) from refused


def _check(
    call: Call, state: RoundState, before: dict[str, datetime | None], instants: dict[str, datetime | None]
) -> None:
    earlier: datetime | None = None
    for name in FIELDS:
        instant = instants[name]
        if instant is None:
            continue
        if instant <= clock.now() and instant != before[name]:
            raise Invalid(N_("Give a date in the future. To begin now, move the round by hand."), field=name)
        if earlier and instant <= earlier:
            raise Invalid(N_("Each phase begins later than the one before it."), field=name)
        if instant != before[name] and ORDER.index(BEGINS[name]) <= ORDER.index(state):
            raise Invalid(N_("This phase has begun already. Move the round back by hand first."), field=name)
        earlier = instant
    if instants["discussing_at"] and not call.process.get("discussion"):
        raise Invalid(N_("The call has no discussion among reviewers."), field="discussing_at")


def move_round(
    *, stage: CallStage, name: str, reason: str, actor: Actor, expected_version: int | None = None
) -> ReviewRound:
    """Move the round by hand from the phase in force; ``expected_version`` 0 says that nobody had touched it."""
    found = _begin(stage, actor, expected_version)
    transitions.fire(
        found,
        name,
        actor=actor,
        relations=policy.relations(actor, stage.call),
        facts=lambda: round_facts(stage.call),
        reason=reason,
        payload={"call_id": stage.call_id},
    )
    _after(found, stage)
    return found


def _begin(stage: CallStage, actor: Actor, expected_version: int | None) -> ReviewRound:
    """The stage's round, locked and moved to the phase that its dates have reached; made when there is none."""
    if not policy.relations(actor, stage.call) & STAFF:
        raise MoveRefused(N_("Your role does not allow this step."))
    found = queries.round_of_stage(stage.id)
    if found is not None:
        transitions.lock(found, expected_version)
        follow_dates(found, stage)
        return found
    if expected_version:
        raise Conflict()
    found = ReviewRound(call_stage=stage)
    try:
        with db.session.begin_nested():
            transitions.begin(found, actor, "review_round.begun")
    except IntegrityError as first:
        raise Conflict() from first
    queries.forget_rounds()
    return found


def follow_dates(found: ReviewRound, stage: CallStage) -> bool:
    """Fire the moves whose dates have come, so that their events are told; true when the round moved."""
    target = queries.phase_of_round(found)
    before = RoundState(found.state)
    moved_at, dates = found.state_changed_at, queries.dates_of(found)
    while RoundState(found.state) is not target:
        step = _next(RoundState(found.state), target, dates)
        try:
            transitions.fire(
                found,
                TO[step],
                actor=SYSTEM_ACTOR,
                relations={SYSTEM},
                facts=lambda: round_facts(stage.call),
                payload={"call_id": stage.call_id},
                due_since=moved_at.isoformat(),
            )
        except MoveRefused as refused:
            log.warning("review_round.not_moved", round=str(found.id), to=step.value, why=refused.message)
            break
    moved = RoundState(found.state) is not before
    if moved:
        _after(found, stage)
    return moved


def _next(state: RoundState, target: RoundState, dates: RoundDates) -> RoundState:
    """The next phase on the way; the discussion is passed over when it has no date."""
    following = ORDER[ORDER.index(state) + 1]
    if following is RoundState.DISCUSSING and target is RoundState.CLOSED and dates.discussing is None:
        return RoundState.CLOSED
    return following


def _after(found: ReviewRound, stage: CallStage) -> None:
    """When a round closes, sheets that were being revised count as they were handed in last."""
    if found.state != RoundState.CLOSED.value:
        return
    for review in queries.reviews_of_stage(stage, queries.reviews_of_call(stage.call_id)):
        settle_revision(review)


def settle_revision(review: Review) -> None:
    """Let a version that was handed in stand, where the sheet is open again."""
    if review.state == ReviewState.REOPENED.value and queries.submissions_of([review.id])[review.id]:
        try:
            let_stand_by_system(review)
        except MoveRefused as refused:
            log.info("review.not_let_stand", review=str(review.id), why=refused.message)


def follow_due_rounds() -> int:
    """Move every round whose date has come; returns how many moved. Late or twice, it does no harm."""
    moved = 0
    for found in queries.open_rounds():
        if queries.phase_of_round(found).value != found.state:
            transitions.lock(found)
            moved += follow_dates(found, found.call_stage)
    return moved
