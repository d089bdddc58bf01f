"""When the service could not be reached, worked out from the signs of life it left, and what that costs a deadline. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

LONGEST_SILENCE = timedelta(minutes=2)
BEFORE_CLOSING = timedelta(hours=48)
QUARTER = 15


@dataclass(frozen=True)
class Span:
    """From one instant to another: signs of life without a break, or none at all."""

    begin: datetime
    end: datetime


@dataclass(frozen=True)
class Loss:
    """What outages took from the last 48 hours before a closing, and the closing time that would make it good."""

    minutes: int
    began: datetime
    until: datetime
    closes_at: datetime


def outages(signs: Iterable[Span]) -> list[Span]:
    """Every silence longer than two minutes between two signs of life. A silence that still lasts is none: somebody asks."""
    found = []
    merged = sorted(signs, key=lambda sign: sign.begin)
    reached = merged[0].end if merged else None
    for _, later in pairwise(merged):
        assert reached is not None
        if later.begin - reached > LONGEST_SILENCE:
            found.append(Span(reached, later.begin))
        reached = max(reached, later.end)
    return found


def loss(found: Sequence[Span], closes_at: datetime, now: datetime, zone: str) -> Loss | None:
    """What these outages took from applicants before a closing time; nothing when that was less than a minute."""
    begin = closes_at - BEFORE_CLOSING
    hit = [one for one in found if one.begin < closes_at and one.end > begin]
    lost = sum((min(one.end, closes_at) - max(one.begin, begin) for one in hit), timedelta())
    minutes = -(-int(lost.total_seconds()) // 60)
    if minutes < 1 or now > closes_at + BEFORE_CLOSING:
        return None
    until = max(one.end for one in hit)
    from_when = closes_at if now < closes_at else max(now, until)
    return Loss(
        minutes, min(one.begin for one in hit), until, next_quarter(from_when + timedelta(minutes=minutes), zone)
    )


def next_quarter(moment: datetime, zone: str) -> datetime:
    """The next quarter of an hour on the wall of a zone, or this instant if it is one; in UTC as it came."""
    local = moment.astimezone(ZoneInfo(zone))
    past = timedelta(minutes=local.minute % QUARTER, seconds=local.second, microseconds=local.microsecond)
    return moment + (timedelta(minutes=QUARTER) - past if past else timedelta())
