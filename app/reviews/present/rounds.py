"""The staff's page of a round: which phase is in force, what each one means, when the next begins, what is missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for

from app.calls.models import CallStage
from app.reviews import queries
from app.reviews.models import ReviewRound
from app.reviews.present.parts import Badge, MoveView, title_of
from app.reviews.visibility import HANDED_IN, Blind
from app.web.filters import instant, translate
from workflows.machine import N_, Offer
from workflows.review_round import ORDER, RoundState
from workflows.reviewer_scoring import ReviewState

MEANING = {
    RoundState.RECRUITING: N_(
        "Reviewers are asked. They see title, organisation and partners, and nothing of the content, "
        "even when they have accepted."
    ),
    RoundState.SCORING: N_(
        "Reviewers read and score. Nobody sees anything of the others, not even how many there are."
    ),
    RoundState.READING: N_(
        "Who has handed in a sheet reads the other sheets of that proposal that are handed in, without the notes to you."
    ),
    RoundState.DISCUSSING: N_(
        "The same, and they talk about the proposal and may revise their scores. Every version is kept."
    ),
    RoundState.CLOSED: N_("Nothing can be handed in or said any more. Who took part can still read."),
}
BLIND_NAMES = {
    Blind.OPEN: N_(
        "Open: reviewers know who applies; from reading on they, and the committee, know each other by name."
    ),
    Blind.SINGLE: N_(
        "Single blind: reviewers know who applies; applicants, other reviewers and the committee see pseudonyms."
    ),
    Blind.DOUBLE: N_("Double blind: reviewers do not learn who applies, and everybody but you sees pseudonyms."),
}
STARTS = {
    RoundState.SCORING: "scoring_at",
    RoundState.READING: "reading_at",
    RoundState.DISCUSSING: "discussing_at",
    RoundState.CLOSED: "closes_at",
}
WAITING = frozenset({ReviewState.INVITED, ReviewState.ACCEPTED, ReviewState.DRAFT})


@dataclass(frozen=True)
class PhaseLine:
    """One phase: what it means, when it begins, whether it is the one in force."""

    label: str
    meaning: str
    begins: str
    current: bool


@dataclass(frozen=True)
class RoundView:
    """Everything on the page of a round."""

    call: str
    call_id: str
    stage: str
    zone: str
    state: Badge
    phases: tuple[PhaseLine, ...]
    blind: str
    asked: int
    handed_in: int
    missing: int
    may_move: bool
    moves: tuple[MoveView, ...]


def round_view(
    stage: CallStage, found: ReviewRound | None, reviews: Iterable[Any], offers: Iterable[Offer], *, may_move: bool
) -> RoundView:
    """Put the page together; ``reviews``: light rows with a ``state`` each, of proposals that the reader oversees."""
    phase = queries.phase_of_round(found)
    states = [ReviewState(row.state) for row in reviews]
    return RoundView(
        call=title_of(stage.call.title),
        call_id=str(stage.call_id),
        stage=title_of(stage.title),
        zone=stage.call.zone,
        state=Badge(translate(phase.label), phase.category.value),
        phases=tuple(_line(one, phase, found, stage.call.zone) for one in ORDER if _happens(one, stage)),
        blind=translate(BLIND_NAMES[Blind(stage.call.process.get("blind", Blind.SINGLE))]),
        asked=sum(state in WAITING or state in HANDED_IN for state in states),
        handed_in=sum(state in HANDED_IN for state in states),
        missing=sum(state in WAITING for state in states),
        may_move=may_move,
        moves=tuple(_move(offer, stage, found) for offer in offers),
    )


def _happens(phase: RoundState, stage: CallStage) -> bool:
    return phase is not RoundState.DISCUSSING or bool(stage.call.process.get("discussion"))


def _line(one: RoundState, phase: RoundState, found: ReviewRound | None, zone: str) -> PhaseLine:
    starts: datetime | None = getattr(found, STARTS[one], None) if found and one in STARTS else None
    return PhaseLine(
        label=translate(one.label),
        meaning=translate(MEANING[one]),
        begins=instant(starts, zone) if starts else "",
        current=one is phase,
    )


def _move(offer: Offer, stage: CallStage, found: ReviewRound | None) -> MoveView:
    return MoveView(
        name=offer.move.name,
        label=translate(offer.move.label),
        url=url_for("reviews.move_round", call_id=stage.call_id, name=offer.move.name),
        refusal=translate(offer.refusal),
        needs_reason=offer.move.reason,
        tone=offer.move.tone,
        version=found.version if found else 0,
    )


def walls_of(found: ReviewRound | None, zone: str) -> dict[str, datetime | None]:
    """The stored dates as the clock on the wall shows them in the call's zone."""
    return {name: _wall(getattr(found, name), zone) if found else None for name in STARTS.values()}


def _wall(moment: datetime | None, zone: str) -> datetime | None:
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) if moment else None
