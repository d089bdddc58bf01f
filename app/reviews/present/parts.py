"""Pieces that several pages about reviews show: badges, due dates, moves, points."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from babel.dates import format_timedelta
from flask import url_for
from flask_babel import get_locale, gettext

from app.calls import form_schema
from app.core import clock
from app.core.types import Money
from app.proposals.models import Proposal
from app.reviews import scoring
from app.reviews.models import Review
from app.reviews.queries import DELIVERED
from app.web.filters import instant, money, number, translate
from workflows.machine import Category, Offer
from workflows.proposal_lifecycle import ProposalState
from workflows.reviewer_scoring import ReviewState

OPEN = frozenset({Category.WAITING, Category.OPEN})
LAST_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Badge:
    """A state as word, shape and colour."""

    label: str
    category: str


@dataclass(frozen=True)
class Deadline:
    """A due date with its zone; it counts down in the last week."""

    when_text: str
    zone: str
    iso: str
    countdown: str
    now_iso: str
    late: bool


@dataclass(frozen=True)
class Ball:
    """Whose move it is, and for how many days."""

    who: str
    days: int


@dataclass(frozen=True)
class MoveView:
    """A move as the panel of moves shows it."""

    name: str
    label: str
    url: str
    refusal: str
    needs_reason: bool
    tone: str
    version: int
    fields_url: str = ""
    mend_url: str = ""


def locale() -> str:
    """The reader's language."""
    return str(get_locale() or "en")


def badge(review: Review) -> Badge:
    state = ReviewState(review.state)
    return Badge(translate(state.label), state.category.value)


def deadline(review: Review) -> Deadline:
    """When a review is due, in the zone of its call; nothing counts down any more when it is handed in."""
    now, zone, is_open = clock.now(), review.proposal.call.zone, ReviewState(review.state).category in OPEN
    left = review.due_at - now
    words = format_timedelta(left, add_direction=True, locale=locale()) if is_open and abs(left) < LAST_WEEK else ""
    late = left <= timedelta(0) and is_open
    return Deadline(instant(review.due_at, zone), zone, review.due_at.isoformat(), words, now.isoformat(), late)


def ball(review: Review, reviewer: str) -> Ball | None:
    """The reviewer has the ball until the sheet is handed in, then the programme; in the end nobody."""
    state = ReviewState(review.state)
    over = review.proposal.state != ProposalState.ASSESSING.value
    if over or (state.category not in OPEN and state is not ReviewState.SUBMITTED):
        return None
    days = (clock.now() - review.state_changed_at).days
    return Ball(gettext("the programme") if state is ReviewState.SUBMITTED else reviewer, max(0, days))


def moves(review: Review, offers: Iterable[Offer], without: frozenset[str] = frozenset()) -> tuple[MoveView, ...]:
    """Moves that need nothing but, perhaps, a reason."""
    return tuple(
        MoveView(
            name=offer.move.name,
            label=translate(offer.move.label),
            url=url_for("reviews.move", review_id=review.id, name=offer.move.name),
            refusal=translate(offer.refusal),
            needs_reason=offer.move.reason,
            tone=offer.move.tone,
            version=review.version,
        )
        for offer in offers
        if offer.move.name not in without
    )


def points(value: Decimal | None) -> str:
    """Points in the reader's way of writing, at most two decimals."""
    return "" if value is None else number(round(value, 2))


def title_of(call_title: dict[str, str]) -> str:
    """A call's title in the reader's language."""
    return form_schema.text(call_title, locale())


def totals_of(reviews: Iterable[Review]) -> list[Decimal]:
    """The totals of the reviews that are in."""
    return [
        scoring.from_hundredths(r.total_hundredths)
        for r in reviews
        if ReviewState(r.state) in DELIVERED and r.total_hundredths is not None
    ]


def proposal_badge(proposal: Proposal) -> Badge:
    state = ProposalState(proposal.state)
    return Badge(translate(state.label), state.category.value)


def total_of(review: Review) -> str:
    totals = totals_of([review])
    return points(totals[0]) if totals else ""


def recommended_of(review: Review) -> str:
    currency = review.proposal.currency
    return "" if review.recommended_minor is None else money(Money.from_minor(review.recommended_minor, currency))
