"""Reminders: the nearest moment that passed, each once, however late or often the clockwork comes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from app.core.outbox import OutboxEvent
from app.extensions import db
from app.notifications import reminders
from app.notifications.reminders import MILESTONE_STEPS, REVIEW_STEPS, end_of, step_for
from tests.conftest import NOON
from tests.factories.calls import make_call
from tests.factories.notifications import deliver, mails, settle
from tests.factories.proposals import make_proposal
from tests.factories.reviews import make_assessed_proposal, make_review

DAY = timedelta(days=1)
LONG_AGO = NOON - 100 * DAY


def how_many(name: str) -> int:
    return db.session.scalar(select(func.count(OutboxEvent.id)).where(OutboxEvent.name == name)) or 0


@pytest.mark.parametrize(
    ("days_left", "wanted"),
    [(8, None), (7, "7d"), (2, "7d"), (1, "1d"), (0.1, "1d"), (-3, "1d"), (-7, None)],
)
def test_the_moment_that_came_last_counts(days_left, wanted):
    step = step_for(REVIEW_STEPS, NOON + days_left * DAY, LONG_AGO, NOON)
    assert (step.key if step else None) == wanted


def test_nobody_is_reminded_of_what_they_were_told_a_moment_ago():
    due = NOON + 3 * DAY
    assert step_for(REVIEW_STEPS, due, NOON - timedelta(hours=1), NOON) is None
    assert step_for(REVIEW_STEPS, due, NOON - timedelta(hours=1), NOON + 2 * DAY).key == "1d"


def test_a_day_ends_at_midnight_in_the_zone_of_the_programme():
    assert end_of(date(2026, 6, 10)).astimezone(UTC) == datetime(2026, 6, 10, 22, 0, tzinfo=UTC)
    assert step_for(MILESTONE_STEPS, end_of(date(2026, 6, 15)), LONG_AGO, NOON) is None
    assert step_for(MILESTONE_STEPS, end_of(date(2026, 6, 14)), LONG_AGO, NOON).key == "14d"


def test_a_reviewer_is_reminded_twice_and_not_more(app, frozen):
    frozen(NOON - 30 * DAY)
    review = make_review(make_assessed_proposal(), state="draft", due_at=NOON + 7 * DAY)
    address = review.reviewer.email
    db.session.commit()
    settle()
    frozen(NOON - DAY)
    assert reminders.remind_reviewers() == 0
    for moment in (NOON, NOON + timedelta(hours=1), NOON + 6 * DAY, NOON + 6.5 * DAY):
        frozen(moment)
        reminders.remind_reviewers()
        db.session.commit()
    assert how_many("review.reminder") == 2
    deliver()
    first, _ = mails(address)
    assert first["Subject"].startswith("Your review is due on 8 June 2026")


def test_who_has_handed_in_is_left_alone(app, frozen):
    frozen(NOON - 30 * DAY)
    make_review(make_assessed_proposal(), state="submitted", due_at=NOON + DAY)
    frozen(NOON)
    assert reminders.remind_reviewers() == 0


def test_a_later_date_is_reminded_of_anew(app, frozen):
    frozen(NOON - 30 * DAY)
    review = make_review(make_assessed_proposal(), state="draft", due_at=NOON + DAY)
    frozen(NOON)
    assert reminders.remind_reviewers() == 1
    review.due_at = NOON + 20 * DAY
    db.session.flush()
    frozen(NOON + 14 * DAY)
    assert reminders.remind_reviewers() == 1


def test_a_clockwork_that_stood_still_skips_nothing(app, frozen):
    frozen(NOON - 30 * DAY)
    make_review(make_assessed_proposal(), state="draft", due_at=NOON + 7 * DAY)
    frozen(NOON + 8 * DAY)
    assert reminders.remind_reviewers() == 1


def test_a_begun_draft_is_reminded_of_the_closing_time(app, frozen):
    frozen(NOON)
    call = make_call()
    make_proposal("draft", call=call)
    make_proposal("submitted", call=call)
    closes = call.stages[0].closes_at
    frozen(closes - 4 * DAY)
    assert reminders.remind_of_closing() == 0
    frozen(closes - 2 * DAY)
    assert [reminders.remind_of_closing(), reminders.remind_of_closing()] == [1, 0]
    frozen(closes + timedelta(hours=1))
    assert reminders.remind_of_closing() == 0
