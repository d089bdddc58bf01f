"""The draft radar in words and small drawings: counts, never content."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flask import url_for
from flask_babel import gettext, ngettext

from app.calls.form_schema import text
from app.calls.models import Call, CallStage
from app.core import clock
from app.proposals import queries, services
from app.proposals.models import DraftCount
from app.proposals.present.parts import Deadline, deadline_of
from app.proposals.radar import BANDS, Forecast, forecast
from app.web.filters import day, instant, translate

TONES = ("soft", "mute", "info", "warn", "copper")
SUBMITTED_TONE = "good"
MOST_DAYS = 42


@dataclass(frozen=True)
class Segment:
    """A piece of a bar, from 0 to 100 across."""

    x: float
    width: float
    tone: str


@dataclass(frozen=True)
class DayRow:
    """One day: the drafts in each band, and what was submitted."""

    label: str
    bands: tuple[int, ...]
    submitted: int
    total: int
    segments: tuple[Segment, ...]


@dataclass(frozen=True)
class StageRadar:
    """One stage on the radar."""

    key: str
    title: str
    closes: Deadline
    is_open: bool
    submitted: int
    unsent: int
    expected: str
    basis: str
    days: tuple[DayRow, ...]
    counted: str
    table_headings: tuple[str, ...]
    remind_url: str
    reminder: str


@dataclass(frozen=True)
class RadarPage:
    """The radar of a call."""

    call: str
    call_code: str
    stages: tuple[StageRadar, ...]
    headings: tuple[str, ...]
    legend: tuple[tuple[str, str], ...]


def radar_page(call: Call, language: str) -> RadarPage:
    """Every stage of the call that has opened."""
    now = clock.now()
    headings = tuple(translate(band) for band in BANDS)
    return RadarPage(
        call=text(call.title, language),
        call_code=call.code,
        stages=tuple(_stage(call, stage, language) for stage in call.stages if stage.opens_at <= now),
        headings=headings,
        legend=(*zip(TONES, headings, strict=True), (SUBMITTED_TONE, gettext("submitted"))),
    )


def _stage(call: Call, stage: CallStage, language: str) -> StageRadar:
    counts = queries.draft_counts(stage.id)
    submitted, unsent = queries.count_submitted(stage.id), queries.count_unsent(stage.id)
    is_open = clock.now() < stage.closes_at
    reminded = len(services.reminded_drafts(stage)) if unsent else 0
    last = counts[-1] if counts else None
    expected = _forecast(call, stage, submitted, unsent, last) if is_open else None
    return StageRadar(
        key=stage.key,
        title=text(stage.title, language),
        closes=deadline_of(stage.closes_at, call.zone),
        is_open=is_open,
        submitted=submitted,
        unsent=unsent,
        expected=_expected(expected) if expected else "",
        basis=_basis(expected) if expected else "",
        days=_days(counts),
        table_headings=(gettext("Day"), *(translate(band) for band in BANDS), gettext("submitted")),
        counted=instant(last.counted_at, call.zone) if last else "",
        remind_url=url_for("proposals.remind_drafts", code=call.code, key=stage.key) if reminded else "",
        reminder=ngettext("%(num)s draft is not submitted.", "%(num)s drafts are not submitted.", reminded),
    )


def _forecast(call: Call, stage: CallStage, submitted: int, unsent: int, last: DraftCount | None) -> Forecast:
    now = clock.now()
    left: timedelta = stage.closes_at - now
    past = queries.earlier_stages(call, stage, left, now)
    bands = last.bands if last else [0] * len(BANDS)
    return forecast(begun=submitted + unsent, submitted=submitted, bands=bands, past=past)


def _expected(found: Forecast) -> str:
    return gettext(
        "About %(middle)s, between %(low)s and %(high)s", middle=found.middle, low=found.low, high=found.high
    )


def _basis(found: Forecast) -> str:
    """How the forecast was made, so that nobody takes it for more than it is."""
    if not found.calls:
        return gettext(
            "Too few earlier calls to compare with: the range goes from what is submitted to all that is begun; "
            "the middle counts the drafts that are at least half complete."
        )
    return ngettext(
        "From %(num)s earlier call of the programme: the share submitted in the end of what was begun by the same time "
        "before the closing, its least, middle and greatest.",
        "From %(num)s earlier calls of the programme: the share submitted in the end of what was begun by the same time "
        "before the closing, its least, middle and greatest.",
        found.calls,
    )


def _days(counts: list[DraftCount]) -> tuple[DayRow, ...]:
    """The last days, the newest first, drawn to one scale; those before the first draft are left out."""
    begun = next((n for n, c in enumerate(counts) if sum(c.bands) + c.submitted), max(0, len(counts) - 1))
    shown = counts[begun:][-MOST_DAYS:]
    most = max((sum(c.bands) + c.submitted for c in shown), default=0)
    return tuple(_day(count, most) for count in reversed(shown))


def _day(count: DraftCount, most: int) -> DayRow:
    numbers = (*count.bands, count.submitted)
    segments, x = [], 0.0
    for number, tone in zip(numbers, (*TONES, SUBMITTED_TONE), strict=True):
        width = round(number * 100 / most, 2) if most else 0
        if number:
            segments.append(Segment(round(x, 2), width, tone))
        x += width
    return DayRow(day(count.counted_on), tuple(count.bands), count.submitted, sum(numbers), tuple(segments))
