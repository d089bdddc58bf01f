"""What staff see of a call's reviews: a row for each proposal with its reviewers, as a matrix while there are few of them."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext

from app.calls.models import Call
from app.core import clock
from app.reviews import pace, scoring
from app.reviews.present.pacing import fairness_words, forecast_words
from app.reviews.present.parts import Badge, points, title_of
from app.web.filters import translate
from app.web.pagination import page_number
from workflows.machine import N_
from workflows.proposal_lifecycle import ProposalState
from workflows.reviewer_scoring import ReviewState

PER_PAGE = 50
WIDEST_MATRIX = 12
SHOWS = {
    "late": N_("Overdue reviews"),
    "unanswered": N_("Invitations without an answer"),
    "diverging": N_("Diverging scores"),
    "few": N_("Too few reviewers"),
    "waiting": N_("Reviews still to come"),
    "complete": N_("All reviews in"),
}
SORTS = {
    "reference": N_("Reference"),
    "late": N_("Most overdue first"),
    "in": N_("Fewest in first"),
    "mean": N_("Highest mean first"),
    "spread": N_("Widest spread first"),
}


@dataclass(frozen=True)
class Asked:
    """What the address asks for: words, a group of proposals, an order, and the list instead of a matrix."""

    q: str = ""
    show: str = ""
    sort: str = ""
    view: str = ""

    @classmethod
    def read(cls, fields: Mapping[str, str]) -> Asked:
        """Unknown words count as nothing asked."""
        show, sort = fields.get("show", ""), fields.get("sort", "")
        view = "list" if fields.get("view") == "list" else ""
        return cls(fields.get("q", "")[:100], show if show in SHOWS else "", sort if sort in SORTS else "", view)


@dataclass(frozen=True)
class Cell:
    """One review: by whom, how far, and ``late`` when its due date has passed and it is not in."""

    name: str
    state: Badge
    total: str
    late: bool
    href: str
    reviewer_id: uuid.UUID


@dataclass(frozen=True)
class GridRow:
    """One proposal with its reviews; ``cells`` has one (or nothing) for each column of a matrix, else those there are."""

    reference: str
    title: str
    href: str
    state: Badge
    delivered: int
    wanted: int
    mean: str
    diverges: bool
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True)
class CallView:
    """The reviews of a call: figures, forecast, fairness, and a page of proposals. ``reviewers`` are a matrix's columns."""

    id: str
    title: str
    code: str
    matrix: bool
    reviewers: tuple[str, ...]
    rows: tuple[GridRow, ...]
    total: int
    delivered: int
    asked: int
    tiles: tuple[tuple[str, str, str], ...]
    forecast: tuple[str, ...]
    fairness: str
    shows: tuple[tuple[str, str], ...]
    sorts: tuple[tuple[str, str], ...]
    chosen: Asked
    label: str
    prev_url: str
    next_url: str


@dataclass(frozen=True)
class _Line:
    """One proposal with what is counted of its reviews."""

    proposal: Any
    reviews: tuple[Any, ...]
    tally: pace.Tally
    summary: scoring.Summary
    wanted: int

    @property
    def assessing(self) -> bool:
        return bool(self.proposal.state == ProposalState.ASSESSING.value)

    def has(self, words: str) -> bool:
        texts = (self.proposal.reference, self.proposal.title, *(r.name for r in self.reviews))
        return any(words in text.casefold() for text in texts)


GROUPS: dict[str, Callable[[_Line], bool]] = {
    "": lambda line: True,
    "late": lambda line: line.tally.late > 0,
    "unanswered": lambda line: line.tally.unanswered > 0,
    "diverging": lambda line: line.summary.diverges,
    "few": lambda line: line.assessing and line.tally.live < line.wanted,
    "waiting": lambda line: line.tally.open > 0,
    "complete": lambda line: line.tally.delivered >= line.wanted,
}
ORDERS: dict[str, Callable[[_Line], Any]] = {
    "late": lambda line: -line.tally.late,
    "in": lambda line: line.tally.delivered,
    "mean": lambda line: -(line.summary.mean if line.summary.mean is not None else -1),
    "spread": lambda line: -line.summary.spread,
}


def call_view(
    call: Call,
    proposals: Sequence[Any],
    reviews: Sequence[Any],
    divergence: int,
    capacities: Mapping[uuid.UUID, int],
    asked: Asked,
) -> CallView:
    """The page; reviews of proposals that are not in ``proposals`` (a conflict of interest) are left out everywhere."""
    now, seen = clock.now(), {p.id for p in proposals}
    shown = [r for r in reviews if r.proposal_id in seen]
    lines = _lines(call, proposals, shown, divergence, now)
    found = _found(lines, asked)
    number = min(page_number(), max(1, -(-len(found) // PER_PAGE)))
    page = found[(number - 1) * PER_PAGE : number * PER_PAGE]
    columns = sorted({(r.name, r.reviewer_id) for line in page for r in line.reviews})
    matrix = 0 < len(columns) <= WIDEST_MATRIX and asked.view != "list"
    whole = pace.tally(shown, now)
    short = sum(line.assessing and line.tally.live < line.wanted for line in lines)
    at = _addresses(call, asked)
    return CallView(
        id=str(call.id),
        title=title_of(call.title),
        code=call.code,
        matrix=matrix,
        reviewers=tuple(name for name, _ in columns) if matrix else (),
        rows=tuple(_row(line, [ident for _, ident in columns] if matrix else None, now) for line in page),
        total=len(found),
        delivered=whole.delivered,
        asked=whole.live,
        tiles=_tiles(lines, whole, at),
        forecast=forecast_words(pace.forecast(shown, now), short, call.zone),
        fairness=fairness_words(pace.fairness(pace.loads(shown), capacities)),
        shows=tuple((key, gettext(label)) for key, label in SHOWS.items()),
        sorts=tuple((key, gettext(label)) for key, label in SORTS.items()),
        chosen=asked,
        label=gettext("%(first)s to %(last)s of %(total)s proposals", **_span(number, len(page), len(found))),
        prev_url=at(page=number - 1) if number > 1 else "",
        next_url=at(page=number + 1) if number * PER_PAGE < len(found) else "",
    )


def _span(number: int, length: int, total: int) -> dict[str, int]:
    start = (number - 1) * PER_PAGE
    return {"first": start + 1 if length else 0, "last": start + length, "total": total}


def _addresses(call: Call, asked: Asked) -> Callable[..., str]:
    """Addresses of this page with some of what was asked changed."""

    def at(**changes: Any) -> str:
        values = {"q": asked.q, "show": asked.show, "sort": asked.sort, "view": asked.view, **changes}
        return url_for("reviews.of_call", call_id=call.id, **{k: v for k, v in values.items() if v})

    return at


def _lines(call: Call, proposals: Sequence[Any], reviews: Sequence[Any], divergence: int, now: datetime) -> list[_Line]:
    by_proposal: dict[uuid.UUID, list[Any]] = defaultdict(list)
    for review in reviews:
        by_proposal[review.proposal_id].append(review)
    wanted = call.process["reviews_wanted"]
    return [
        _Line(p, tuple(own), pace.tally(own, now), scoring.summary(pace.totals(own), divergence), wanted)
        for p in proposals
        for own in (by_proposal.get(p.id, []),)
    ]


def _found(lines: Sequence[_Line], asked: Asked) -> list[_Line]:
    words = asked.q.strip().casefold()
    found = [line for line in lines if GROUPS[asked.show](line) and (not words or line.has(words))]
    return sorted(found, key=ORDERS[asked.sort]) if asked.sort in ORDERS else found


def _tiles(lines: Sequence[_Line], whole: pace.Tally, at: Callable[..., str]) -> tuple[tuple[str, str, str], ...]:
    """Figures that open the rows behind them."""
    diverging = sum(line.summary.diverges for line in lines)
    return (
        (gettext("Reviews in"), f"{whole.delivered} / {whole.live}", at(show="waiting", page=None)),
        (gettext("Overdue"), str(whole.late), at(show="late", page=None)),
        (gettext("Not answered"), str(whole.unanswered), at(show="unanswered", page=None)),
        (gettext("Diverging"), str(diverging), at(show="diverging", page=None)),
        (gettext("Proposals"), str(len(lines)), at(show="", page=None)),
    )


def _row(line: _Line, columns: Sequence[uuid.UUID] | None, now: datetime) -> GridRow:
    cells = {r.reviewer_id: _cell(r, now) for r in line.reviews}
    proposal = line.proposal
    return GridRow(
        reference=proposal.reference,
        title=proposal.title,
        href=url_for("reviews.of_proposal", proposal_id=proposal.id),
        state=_badge(ProposalState(proposal.state)),
        delivered=line.summary.count,
        wanted=line.wanted,
        mean=points(line.summary.mean),
        diverges=line.summary.diverges,
        cells=tuple(cells.values()) if columns is None else tuple(cells.get(ident) for ident in columns),
    )


def _cell(review: Any, now: datetime) -> Cell:
    total = pace.totals([review])
    return Cell(
        review.name,
        _badge(ReviewState(review.state)),
        points(total[0]) if total else "",
        pace.is_late(review, now),
        url_for("reviews.oversee", review_id=review.id),
        review.reviewer_id,
    )


def _badge(state: Any) -> Badge:
    return Badge(translate(state.label), state.category.value)
