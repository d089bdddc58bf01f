"""The figures of the programmes the reader works for; each one leads to its rows."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import get_locale, gettext, ngettext

from app.calls.form_schema import text
from app.core.types import Money
from app.dashboard.present import links
from app.dashboard.queries import applying, figures
from app.dashboard.queries.desk import Desk
from app.mines.models import STEPS
from app.web.filters import money
from workflows.proposal_submission import ProposalState


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


@dataclass(frozen=True)
class CallMoney:
    """Where the money of a call is; the shares are percentages of its budget."""

    label: str
    href: str
    budget: str
    committed: str
    paid: str
    left: str
    committed_share: str
    paid_share: str


@dataclass(frozen=True)
class Step:
    """How many mine sites stood on a step when their project began, and how many stand there now."""

    code: str
    then: int
    now: int
    then_share: str
    now_share: str


@dataclass(frozen=True)
class Figures:
    """All figures of the page."""

    tiles: tuple[Tile, ...]
    pipeline: tuple[Bar, ...]
    money: tuple[CallMoney, ...]
    steps: tuple[Step, ...]
    mines_note: str


def figures_view(desk: Desk, programmes: Collection[uuid.UUID], now: datetime) -> Figures:
    """Five queries, whatever the number of calls, proposals and mines."""
    calls = applying.calls(programmes)
    moved = figures.mines_then_and_now(programmes)
    return Figures(
        _tiles(figures.late(desk, programmes, now, now.date()), moved),
        _pipeline(figures.proposals_by_state(desk, programmes)),
        _money(calls, figures.money_by_call(programmes)),
        _steps(moved),
        _mines_note(moved),
    )


def _share(part: int, whole: int) -> str:
    """A percentage for a drawing, with one decimal; never more than 100."""
    return f"{min(100, part * 100 / whole):.1f}" if whole > 0 else "0"


def _tiles(late: Any, moved: Sequence[Any]) -> tuple[Tile, ...]:
    up, down = _moves(moved)
    return (
        Tile(
            gettext("Milestones overdue"),
            str(late.milestones),
            links.projects(late="1"),
            gettext("in running projects"),
        ),
        Tile(gettext("Reviews late"), str(late.reviews), links.reviews(), gettext("past their date")),
        Tile(gettext("Mine sites that moved up"), str(up), links.mine_sites(), gettext("since their project began")),
        Tile(
            gettext("Mine sites that moved down"), str(down), links.mine_sites(), gettext("since their project began")
        ),
    )


def _moves(moved: Sequence[Any]) -> tuple[int, int]:
    up = sum(r.count for r in moved if STEPS.index(r.maturity_step) > STEPS.index(r.baseline_step))
    down = sum(r.count for r in moved if STEPS.index(r.maturity_step) < STEPS.index(r.baseline_step))
    return up, down


def _mines_note(moved: Sequence[Any]) -> str:
    total = sum(r.count for r in moved)
    return ngettext("%(num)s mine site in projects", "%(num)s mine sites in projects", total) if total else ""


def _pipeline(rows: Sequence[Any]) -> tuple[Bar, ...]:
    counts: Counter[str] = Counter()
    for row in rows:
        counts[row.state] += row.count
    longest = max(counts.values(), default=0)
    return tuple(
        Bar(gettext(s.label), _share(counts[s.value], longest), str(counts[s.value]), links.proposals(s.value))
        for s in ProposalState
        if counts[s.value]
    )


def _money(calls: Sequence[Any], sums: dict[uuid.UUID, Any]) -> tuple[CallMoney, ...]:
    found = []
    for call in calls:
        known = sums.get(call.id)
        committed, paid = (known.committed, known.disbursed) if known else (0, 0)

        def shown(minor: int, currency: str = call.currency) -> str:
            return money(Money.from_minor(minor, currency))

        found.append(
            CallMoney(
                f"{call.code} · {text(call.title, str(get_locale() or 'en'))}",
                links.call(call.id),
                shown(call.budget_minor),
                shown(committed),
                shown(paid),
                shown(call.budget_minor - committed),
                _share(committed, call.budget_minor),
                _share(paid, call.budget_minor),
            )
        )
    return tuple(found)


def _steps(moved: Sequence[Any]) -> tuple[Step, ...]:
    then: Counter[str] = Counter()
    now: Counter[str] = Counter()
    for row in moved:
        then[row.baseline_step] += row.count
        now[row.maturity_step] += row.count
    longest = max([*then.values(), *now.values()], default=0)
    return tuple(
        Step(code, then[code], now[code], _share(then[code], longest), _share(now[code], longest))
        for code in STEPS
        if longest
    )
