"""Reminders as events, each once: what is due and was not yet reminded of, however late the clockwork comes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.core import clock, outbox
from app.core.types import SYSTEM_ACTOR
from app.identity import queries as identity
from app.notifications import queries
from app.proposals.services import due_at
from app.reviews.queries import in_hand_until
from app.web.filters import ZONE
from workflows.proposal_submission import StageState

TOO_LATE = timedelta(days=7)


@dataclass(frozen=True)
class Step:
    """One reminder before an instant: ``key`` tells it from the others of the same thing."""

    event: str
    key: str
    before: timedelta


REVIEW_STEPS = (Step("review.reminder", "7d", timedelta(days=7)), Step("review.reminder", "1d", timedelta(days=1)))
MILESTONE_STEPS = (
    Step("milestone.due_14", "14d", timedelta(days=14)),
    Step("milestone.due_3", "3d", timedelta(days=3)),
)
REPORT_STEPS = (Step("report.due", "14d", timedelta(days=14)), Step("report.due", "3d", timedelta(days=3)))
DOCUMENT_STEPS = (
    Step("document.expiring", "30d", timedelta(days=30)),
    Step("document.expiring", "7d", timedelta(days=7)),
)
SIGN_OFF_STEPS = (
    Step("proposal.sign_off_reminder", "3d", timedelta(days=3)),
    Step("proposal.sign_off_reminder", "1d", timedelta(days=1)),
)
CLOSING_STEPS = (Step("call.closing_soon", "3d", timedelta(days=3)),)


def horizon(steps: Iterable[Step], now: datetime) -> tuple[datetime, datetime]:
    """Between which instants a due time must lie for any of the steps to matter now."""
    return now - TOO_LATE, now + max(step.before for step in steps)


def step_for(steps: Iterable[Step], due: datetime, known_since: datetime, now: datetime) -> Step | None:
    """The reminder whose moment came last, if it came after the person knew of the task and not much too late."""
    passed = [s for s in steps if known_since < due - s.before <= now]
    return min(passed, key=lambda s: s.before) if passed and now < due + TOO_LATE else None


def end_of(day: date, zone: str = ZONE) -> datetime:
    """The end of a calendar day in the programme's zone: a day's task may be done until then."""
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone))


def remind(things: Iterable[tuple[Any, datetime, datetime]], steps: tuple[Step, ...]) -> int:
    """Publish the due reminders of ``(thing, due, known since)``; a changed date is reminded of anew. Returns how many."""
    now, count = clock.now(), 0
    for thing, due, known_since in things:
        step = step_for(steps, due, known_since, now)
        if step is not None:
            key = f"{step.event}:{step.key}:{thing.id}:{due.isoformat()}"
            count += outbox.publish(step.event, thing, SYSTEM_ACTOR, dedupe_key=key) is not None
    return count


def remind_reviewers() -> int:
    """Reviews not handed in, 7 days and 1 day before they are due."""
    _, end = horizon(REVIEW_STEPS, clock.now())
    reviews = in_hand_until(end)
    return remind(((r, r.due_at, r.created_at) for r in reviews), REVIEW_STEPS)


def remind_of_milestones() -> int:
    """Milestones not reported, 14 and 3 days before they are due."""
    begin, end = horizon(MILESTONE_STEPS, clock.now())
    milestones = queries.open_milestones(begin.date() - timedelta(days=2), end.date())
    return remind(((m, end_of(m.due_on), m.created_at) for m in milestones), MILESTONE_STEPS)


def remind_of_reports() -> int:
    """Reports not submitted, 14 and 3 days before they are due."""
    begin, end = horizon(REPORT_STEPS, clock.now())
    reports = queries.open_reports(begin.date() - timedelta(days=2), end.date())
    return remind(((r, end_of(r.due_on), r.created_at) for r in reports), REPORT_STEPS)


def remind_of_sign_off() -> int:
    """What waits for a signature, 3 days and 1 day before its stage closes."""
    now = clock.now()
    found = queries.drafts_closing_between(now, now + SIGN_OFF_STEPS[0].before)
    waiting = [d for d in found if d.state == StageState.AWAITING_SIGN_OFF.value]
    return remind(((d, due_at(d), d.state_changed_at) for d in waiting), SIGN_OFF_STEPS)


def remind_of_closing() -> int:
    """Drafts that were begun and not submitted, 3 days before their stage closes. Nothing is asked after it closed."""
    now = clock.now()
    drafts = queries.drafts_closing_between(now, now + CLOSING_STEPS[0].before)
    return remind(((d, due_at(d), d.created_at) for d in drafts), CLOSING_STEPS)


def remind_of_documents() -> int:
    """Documents that organisations keep, 30 and 7 days before their last day is over."""
    begin, end = horizon(DOCUMENT_STEPS, clock.now())
    versions = identity.versions_expiring_between(begin.date() - timedelta(days=2), end.date())
    return remind(((v, end_of(v.valid_until), v.created_at) for v in versions if v.valid_until), DOCUMENT_STEPS)
