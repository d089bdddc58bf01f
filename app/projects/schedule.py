"""Dates and shares of a project: its end, the plan of milestones and tranches, the reports, what is due when."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from workflows.machine import N_

REPORT_EVERY_MONTHS = 6
MONTHS_TO_WRITE = 1
DEFAULT_TRANCHES = (30, 30, 30, 10)
FIRST = (N_("Inception report and work plan"), "inception_report")
BASELINE = (N_("Baseline of the mine sites"), "baseline_accepted")
MID_TERM = (N_("Mid-term review"), "mid_term_review")
OUTPUT = (N_("Results of this period"), "output_milestone")
LAST = (N_("Final report"), "final_report_approved")
INCEPTION_DAYS = 60
SOON_DAYS = 14


@dataclass(frozen=True)
class PlannedMilestone:
    """A milestone to be: its tranche is ``percent`` of the award; 0 means no money hangs on it."""

    title: str
    kind: str
    due_on: date
    percent: int


def add_months(day: date, months: int) -> date:
    """The same day of the month so many months later; the last day where that month is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def last_day(starts_on: date, months: int) -> date:
    """The last day of a project of so many months."""
    return add_months(starts_on, months) - timedelta(days=1)


def plan(tranches: Sequence[int], starts_on: date, months: int) -> tuple[PlannedMilestone, ...]:
    """A first plan from the shares that the call lays down: inception first, the final report last."""
    shares = tuple(tranches) or DEFAULT_TRANCHES
    ends_on = last_day(starts_on, months)
    last = PlannedMilestone(*LAST, add_months(ends_on, MONTHS_TO_WRITE), shares[-1])
    if len(shares) == 1:
        return (last,)
    inner = len(shares) - 1
    rows = [PlannedMilestone(*FIRST, starts_on + timedelta(days=INCEPTION_DAYS), shares[0])]
    for number, share in enumerate(shares[1:-1], 1):
        due_on = add_months(starts_on, max(3, months * number // inner))
        rows.append(PlannedMilestone(*_words(number, inner), due_on, share))
    return (*rows, last)


def _words(number: int, inner: int) -> tuple[str, str]:
    if number == 1:
        return BASELINE
    return MID_TERM if number == inner - 1 else OUTPUT


def report_dates(starts_on: date, ends_on: date) -> list[tuple[str, date]]:
    """A progress report after every six months that are not the last ones, and the final report; a month to write each."""
    dates, period = [], 1
    while (end := add_months(starts_on, REPORT_EVERY_MONTHS * period) - timedelta(days=1)) < ends_on:
        dates.append(("progress", add_months(end, MONTHS_TO_WRITE)))
        period += 1
    return [*dates, ("final", add_months(ends_on, MONTHS_TO_WRITE))]


def timing(due_on: date, today: date, is_open: bool) -> str:
    """``overdue``, ``soon`` (within two weeks) or nothing; never a state."""
    if not is_open:
        return ""
    if due_on < today:
        return "overdue"
    return "soon" if due_on <= today + timedelta(days=SOON_DAYS) else ""
