"""The figures of the programmes the reader works for; each one leads to its rows."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import get_locale, gettext, ngettext

from app.calls.form_schema import text
from app.core.types import Money
from app.dashboard.present import links
from app.dashboard.queries import figures
from app.dashboard.queries.desk import Desk
from app.mines.vocabulary import STEPS
from app.web.filters import money
from workflows.actors import AUDITOR, MANAGER, OFFICER
from workflows.call_lifecycle import CallState
from workflows.machine import Category
from workflows.proposal_lifecycle import ProposalState

OVERSEERS = (OFFICER, MANAGER, AUDITOR)
UNSHOWN = frozenset({CallState.DRAFT, CallState.ARCHIVED, CallState.CANCELLED})
TONES = {Category.ACTIVE: "good", Category.REFUSED: "mute", Category.WITHDRAWN: "soft", Category.WAITING: "copper"}


@dataclass(frozen=True)
class Tile:
    """One number."""

    label: str
    value: str
    href: str
    note: str


@dataclass(frozen=True)
class Bar:
    """One row of a chart: ``share`` in percent of the longest."""

    label: str
    share: str
    value: str
    href: str
    tone: str


@dataclass(frozen=True)
class CallFigures:
    """A call: its proposals by state, and where its money is in percent of the budget."""

    title: str
    href: str
    state: Mapping[str, str]
    sees_proposals: bool
    pipeline: tuple[Bar, ...]
    money: tuple[Bar, ...]


@dataclass(frozen=True)
class Step:
    """How many mine sites stood on a step when their project began, and how many stand there now."""

    label: str
    value: str
    then_share: str
    now_share: str
    href: str


@dataclass(frozen=True)
class Figures:
    """All figures of the page."""

    tiles: tuple[Tile, ...]
    calls: tuple[CallFigures, ...]
    steps: tuple[Step, ...]
    mines_note: str


def figures_view(desk: Desk, programmes: Collection[uuid.UUID], calls: Sequence[Any], now: datetime) -> Figures:
    """Five queries, whatever the number of calls, proposals and mines."""
    shown = [call for call in calls if call.programme_id in programmes and CallState(call.state) not in UNSHOWN]
    overseen = desk.programmes(*OVERSEERS)
    moved = figures.mines_then_and_now(desk, programmes)
    states = figures.proposals_by_state(desk, programmes)
    sums = figures.money_by_call(desk, programmes)
    late = figures.late_reviews(desk, programmes, now)
    overdue = figures.overdue_milestones(desk, programmes, now.date())
    return Figures(
        (_overdue_tile(overdue), *_review_tile(late, shown, overseen), *_mine_tiles(moved)),
        tuple(_call(call, states, sums.get(call.id), call.programme_id in overseen) for call in shown),
        _steps(moved),
        _mines_note(moved),
    )


def _share(part: int, whole: int) -> str:
    """A percentage for a drawing, with one decimal; never more than 100."""
    return f"{min(100, part * 100 / whole):.1f}" if whole > 0 else "0"


def _overdue_tile(overdue: int) -> Tile:
    return Tile(
        gettext("Milestones overdue"), str(overdue), links.milestones("overdue"), gettext("in running projects")
    )


def _review_tile(
    late: Mapping[uuid.UUID, int], calls: Sequence[Any], overseen: Collection[uuid.UUID]
) -> tuple[Tile, ...]:
    """The tile of late reviews leads to the call that has most of them; only for who may look at reviews."""
    own = [call for call in calls if call.programme_id in overseen]
    if not own:
        return ()
    worst = max(own, key=lambda call: late.get(call.id, 0))
    total = str(sum(late.get(call.id, 0) for call in own))
    return (Tile(gettext("Reviews late"), total, links.reviews_of_call(worst.id), gettext("past their date")),)


def _mine_tiles(moved: Sequence[Any]) -> tuple[Tile, ...]:
    up, down = _moves(moved)
    since = gettext("since their project began")
    return (
        Tile(gettext("Mine sites that moved up"), str(up), links.mine_sites(), since),
        Tile(gettext("Mine sites that moved down"), str(down), links.mine_sites(), since),
    )


def _moves(moved: Sequence[Any]) -> tuple[int, int]:
    """How many sites stand higher and how many lower; the codes of the steps sort from the lowest up."""
    up = sum(r.count for r in moved if r.maturity_step > r.baseline_step)
    down = sum(r.count for r in moved if r.maturity_step < r.baseline_step)
    return up, down


def _mines_note(moved: Sequence[Any]) -> str:
    total = sum(r.count for r in moved)
    return ngettext("%(num)s mine site in projects", "%(num)s mine sites in projects", total) if total else ""


def _call(call: Any, states: Sequence[Any], sums: Any, overseen: bool) -> CallFigures:
    """A call's card; who keeps the money without overseeing the call sees the money only."""
    state = CallState(call.state)
    counts = Counter({row.state: row.count for row in states if row.call_id == call.id})
    longest = max(counts.values(), default=0)
    return CallFigures(
        f"{call.code} · {text(call.title, str(get_locale() or 'en'))}",
        links.call(call.code, overseen),
        {"label": gettext(state.label), "category": state.category.value},
        overseen,
        tuple(_state_bar(call.code, s, counts[s.value], longest) for s in ProposalState if counts[s.value]),
        _money(call, sums, links.call(call.code, overseen)),
    )


def _state_bar(code: str, state: ProposalState, count: int, longest: int) -> Bar:
    tone = TONES.get(state.category, "accent")
    return Bar(gettext(state.label), _share(count, longest), str(count), links.proposals(code, state.value), tone)


def _money(call: Any, sums: Any, page: str) -> tuple[Bar, ...]:
    """Budget, what is committed to projects, what was paid out, what is left to commit."""
    committed, paid = (sums.committed, sums.disbursed) if sums else (0, 0)
    rows = (
        (gettext("Budget"), call.budget_minor, page, "soft"),
        (gettext("Committed to projects"), committed, links.projects(call.code), "accent"),
        (gettext("Paid out"), paid, links.payments(call.code, "paid"), "good"),
        (gettext("Left to commit"), call.budget_minor - committed, page, "copper"),
    )
    return tuple(
        Bar(label, _share(minor, call.budget_minor), money(Money.from_minor(minor, call.currency)), href, tone)
        for label, minor, href, tone in rows
    )


def _steps(moved: Sequence[Any]) -> tuple[Step, ...]:
    then: Counter[str] = Counter()
    now: Counter[str] = Counter()
    for row in moved:
        then[row.baseline_step] += row.count
        now[row.maturity_step] += row.count
    longest = max([*then.values(), *now.values()], default=0)
    return tuple(
        Step(
            f"{code} {gettext(name)}",
            f"{then[code]} → {now[code]}",
            _share(then[code], longest),
            _share(now[code], longest),
            links.mine_sites(code),
        )
        for code, name in STEPS.items()
        if longest
    )
