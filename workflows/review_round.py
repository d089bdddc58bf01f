"""The round of reviews of a stage: from recruiting reviewers to the end of their discussion."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from workflows.actors import MANAGER, OFFICER, SYSTEM
from workflows.machine import N_, Category, Refusal, State, Workflow, move


class RoundState(State):
    RECRUITING = "recruiting", Category.WAITING, N_("Finding reviewers")
    SCORING = "scoring", Category.OPEN, N_("Scoring")
    READING = "reading", Category.REVIEW, N_("Reading each other")
    DISCUSSING = "discussing", Category.REVIEW, N_("Discussion")
    CLOSED = "closed", Category.DONE, N_("Closed")


@dataclass(frozen=True)
class RoundFacts:
    """What the guards know. ``waiting``: how many sheets of the round are not handed in."""

    now: datetime
    waiting: int = 0
    discussion_wanted: bool = True


def discussion_is_wanted(facts: RoundFacts) -> Refusal | None:
    return None if facts.discussion_wanted else Refusal(N_("The call has no discussion among reviewers."))


S = RoundState
STAFF = {OFFICER, MANAGER}
ORDER = (S.RECRUITING, S.SCORING, S.READING, S.DISCUSSING, S.CLOSED)

REVIEW_ROUND = Workflow(
    "review_round",
    RoundState,
    S.SCORING,
    (
        move(
            "recruit",
            N_("Go back to finding reviewers"),
            S.SCORING,
            S.RECRUITING,
            STAFF,
            emits="review_round.recruiting",
            reason=True,
        ),
        move(
            "start_scoring",
            N_("Open the proposals for scoring"),
            S.RECRUITING,
            S.SCORING,
            STAFF | {SYSTEM},
            emits="review_round.scoring",
            tone="primary",
        ),
        move(
            "open_reading",
            N_("Let reviewers read each other"),
            S.SCORING,
            S.READING,
            STAFF | {SYSTEM},
            emits="review_round.reading",
            tone="primary",
        ),
        move(
            "open_discussion",
            N_("Open the discussion"),
            S.READING,
            S.DISCUSSING,
            STAFF | {SYSTEM},
            needs=(discussion_is_wanted,),
            emits="review_round.discussing",
            tone="primary",
        ),
        move(
            "close",
            N_("Close the round"),
            (S.READING, S.DISCUSSING),
            S.CLOSED,
            STAFF | {SYSTEM},
            emits="review_round.closed",
        ),
        move(
            "go_back",
            N_("Back to blind scoring"),
            (S.READING, S.DISCUSSING, S.CLOSED),
            S.SCORING,
            {MANAGER},
            emits="review_round.reopened",
            reason=True,
            tone="danger",
        ),
    ),
    title=N_("Round of reviews"),
)


@dataclass(frozen=True)
class RoundDates:
    """From when each phase begins by itself; what is absent begins by hand only."""

    scoring: datetime | None = None
    reading: datetime | None = None
    discussing: datetime | None = None
    closed: datetime | None = None


def phase_at(state: RoundState, moved_at: datetime, dates: RoundDates, now: datetime) -> RoundState:
    """The phase in force: the stored one, or a later one whose date came after somebody last moved it by hand."""
    reached = state
    starts = ((S.SCORING, dates.scoring), (S.READING, dates.reading), (S.DISCUSSING, dates.discussing))
    for phase, starts_at in (*starts, (S.CLOSED, dates.closed)):
        if starts_at and moved_at < starts_at <= now and ORDER.index(phase) > ORDER.index(reached):
            reached = phase
    return reached
