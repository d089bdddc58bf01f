"""Small view models that several pages of calls share: states, deadlines, moves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from babel.dates import format_timedelta
from flask import url_for
from flask_babel import get_locale

from app.calls import queries
from app.calls.models import Call
from app.web.filters import instant, translate
from workflows.call_lifecycle import CallState
from workflows.machine import Offer

LAST_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class StateView:
    """A state as word and category."""

    label: str
    category: str


@dataclass(frozen=True)
class DeadlineView:
    """An instant with its zone; ``countdown`` only in the last week before it."""

    when_text: str
    zone: str
    iso: str
    now_iso: str
    countdown: str | None


@dataclass(frozen=True)
class MoveView:
    """A move as ``components/moves.html`` shows it."""

    name: str
    label: str
    url: str
    refusal: str
    needs_reason: bool
    tone: str
    version: int
    fields_url: str = ""
    mend_url: str = ""


def language_of(call: Call) -> str:
    """The language in which to show the call's own texts: the reader's, if the call has it."""
    locale = str(get_locale() or "en")
    return locale if locale in call.languages else call.languages[0]


def true_state(call: Call, now: datetime) -> CallState:
    """The state the clock has reached, even before the job that announces it has run."""
    state = CallState(call.state)
    if state is CallState.PUBLISHED and now >= call.opens_at:
        state = CallState.OPEN
    if state is CallState.OPEN and now >= call.closes_at:
        state = CallState.CLOSED
    return state


def offers_practice(call: Call, now: datetime) -> bool:
    """Whether people may try the form: before the call opens and while it is open, unless the call says no."""
    waits = true_state(call, now) in {CallState.PUBLISHED, CallState.OPEN}
    return waits and bool(call.stages) and bool(call.process.get("practice", True))


def shares_answers(call: Call, now: datetime) -> bool:
    """Whether the call has closed and made some answers public: those of the projects it funds."""
    forms = (queries.form_of(stage) for stage in call.stages)
    return call.closes_at <= now and any(q.for_public() for f in forms for s in f.sections for q in s.questions)


def state_view(state: CallState, public: bool = False) -> StateView:
    return StateView(translate(state.public_label if public else state.label), state.category.value)


def deadline_view(at: datetime, zone: str, now: datetime) -> DeadlineView:
    """An instant in the call's zone, with what is left of its last week."""
    left = at - now
    near = timedelta(0) < left <= LAST_WEEK
    text = format_timedelta(left, add_direction=True, locale=str(get_locale() or "en")) if near else None
    return DeadlineView(instant(at, zone), zone, at.isoformat(), now.isoformat(), text)


def move_views(call: Call, offers: Iterable[Offer]) -> tuple[MoveView, ...]:
    """The moves a person may make, with their addresses."""
    return tuple(_move_view(call, offer) for offer in offers)


def _move_view(call: Call, offer: Offer) -> MoveView:
    name = offer.move.name
    return MoveView(
        name=name,
        label=translate(offer.move.label),
        url=url_for("calls.move", call_id=call.id, name=name),
        refusal=translate(offer.refusal),
        needs_reason=offer.move.reason,
        tone=offer.move.tone,
        version=call.version,
        fields_url=url_for("calls.extend", code=call.code) if name == "extend" else "",
        mend_url=offer.refusal.link if offer.refusal else "",
    )
