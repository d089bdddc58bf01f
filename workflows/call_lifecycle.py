"""The life of a call for proposals, from draft to archive. It opens and closes by the clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from workflows.actors import MANAGER, OFFICER, SYSTEM
from workflows.machine import N_, Category, Refusal, State, Workflow, move


class CallState(State):
    DRAFT = "draft", Category.OPEN, N_("Draft")
    PUBLISHED = "published", Category.WAITING, N_("Published"), N_("Opens soon")
    OPEN = "open", Category.ACTIVE, N_("Open")
    CLOSED = "closed", Category.WAITING, N_("Closed")
    ASSESSING = "assessing", Category.REVIEW, N_("Being assessed")
    DECIDED = "decided", Category.DONE, N_("Decided")
    ARCHIVED = "archived", Category.DONE, N_("Archived")
    CANCELLED = "cancelled", Category.WITHDRAWN, N_("Cancelled")


@dataclass(frozen=True)
class CallFacts:
    """What the guards know: the instant, the call's dates, and what is still undone."""

    now: datetime
    opens_at: datetime
    closes_at: datetime
    problems: tuple[str, ...] = ()
    new_closes_at: datetime | None = None
    unannounced: int = 0
    unseen: int = 0
    awards_announced: int = 0


def is_complete(facts: CallFacts) -> Refusal | None:
    if facts.problems:
        return Refusal(N_("The call is not complete: %(what)s."), {"what": Refusal(facts.problems[0])}, "#set-up")
    return None


def closes_in_future(facts: CallFacts) -> Refusal | None:
    if facts.closes_at <= facts.now:
        return Refusal(N_("The closing time has passed; set a later one before publishing."), link="#dates")
    return None


def opening_time_reached(facts: CallFacts) -> Refusal | None:
    if facts.now < facts.opens_at:
        return Refusal(N_("The opening time has not come yet."), link="#dates")
    return None


def closing_time_reached(facts: CallFacts) -> Refusal | None:
    if facts.now < facts.closes_at:
        return Refusal(N_("The call still takes proposals; it closes by the clock."), link="#dates")
    return None


def new_date_is_later(facts: CallFacts) -> Refusal | None:
    if facts.new_closes_at is None:
        return None
    if facts.new_closes_at <= facts.closes_at or facts.new_closes_at <= facts.now:
        return Refusal(N_("The new closing time must be later than the present one and in the future."), link="#dates")
    return None


def all_announced(facts: CallFacts) -> Refusal | None:
    """``unseen`` of the unannounced are closed to the person by a conflict of interest; they are not counted out loud."""
    if facts.unannounced > facts.unseen:
        count = facts.unannounced - facts.unseen
        return Refusal(N_("%(count)s proposals still wait for an announced decision."), {"count": count})
    if facts.unannounced:
        return Refusal(N_("Not every proposal of the call has an announced decision yet."))
    return None


def nothing_awarded(facts: CallFacts) -> Refusal | None:
    if facts.awards_announced:
        return Refusal(N_("Awards of this call are already announced; it can no longer be cancelled."))
    return None


S = CallState
BEFORE_DECISIONS = (S.DRAFT, S.PUBLISHED, S.OPEN, S.CLOSED, S.ASSESSING)

CALL = Workflow(
    "call",
    CallState,
    S.DRAFT,
    (
        move(
            "publish",
            N_("Publish call"),
            S.DRAFT,
            S.PUBLISHED,
            {MANAGER},
            needs=(is_complete, closes_in_future),
            emits="call.published",
            tone="primary",
        ),
        move(
            "open", N_("Open call"), S.PUBLISHED, S.OPEN, {SYSTEM}, needs=(opening_time_reached,), emits="call.opened"
        ),
        move("close", N_("Close call"), S.OPEN, S.CLOSED, {SYSTEM}, needs=(closing_time_reached,), emits="call.closed"),
        move(
            "extend",
            N_("Extend closing time"),
            (S.PUBLISHED, S.OPEN),
            None,
            {MANAGER},
            needs=(new_date_is_later,),
            emits="call.extended",
            reason=True,
        ),
        move(
            "extend",
            N_("Extend closing time"),
            S.CLOSED,
            S.OPEN,
            {MANAGER},
            needs=(new_date_is_later,),
            emits="call.extended",
            reason=True,
        ),
        move(
            "assess",
            N_("Start assessment"),
            S.CLOSED,
            S.ASSESSING,
            {MANAGER, OFFICER},
            emits="call.assessing",
            tone="primary",
        ),
        move(
            "decide",
            N_("Close the decisions"),
            S.ASSESSING,
            S.DECIDED,
            {MANAGER},
            needs=(all_announced,),
            emits="call.decided",
            tone="primary",
        ),
        move("archive", N_("Archive call"), (S.DECIDED, S.CANCELLED), S.ARCHIVED, {MANAGER}, emits="call.archived"),
        move(
            "cancel",
            N_("Cancel call"),
            BEFORE_DECISIONS,
            S.CANCELLED,
            {MANAGER},
            needs=(nothing_awarded,),
            emits="call.cancelled",
            reason=True,
            tone="danger",
        ),
    ),
    title=N_("Call for proposals"),
)
