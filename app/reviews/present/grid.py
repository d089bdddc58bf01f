"""What staff see of a call's reviews: proposals down, reviewers across."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for

from app.calls.models import Call
from app.proposals.models import Proposal
from app.reviews import scoring
from app.reviews.models import Review
from app.reviews.present.parts import Badge, badge, deadline, points, proposal_badge, title_of, total_of, totals_of
from workflows.machine import Category
from workflows.reviewer_scoring import ReviewState

STEPPED_BACK = (Category.REFUSED, Category.WITHDRAWN)


@dataclass(frozen=True)
class Cell:
    """One review in the grid; ``late`` when its due date has passed and it is not in."""

    state: Badge
    total: str
    late: bool
    href: str


@dataclass(frozen=True)
class GridRow:
    """One proposal of the grid with a cell (or nothing) for each reviewer."""

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
    """The grid of a call: proposals down, reviewers across."""

    title: str
    code: str
    reviewers: tuple[str, ...]
    loads: tuple[tuple[str, str], ...]
    rows: tuple[GridRow, ...]
    delivered: int
    asked: int
    late: int


def call_view(call: Call, proposals: Sequence[Proposal], reviews: Sequence[Review], divergence: int) -> CallView:
    """The grid; reviews of proposals that are not in ``proposals`` (a conflict of interest) are left out."""
    seen = {p.id for p in proposals}
    shown = [r for r in reviews if r.proposal_id in seen]
    people = sorted({(r.reviewer.name, r.reviewer_id) for r in shown})
    live = [r for r in shown if ReviewState(r.state).category not in STEPPED_BACK]
    return CallView(
        title=title_of(call.title),
        code=call.code,
        reviewers=tuple(name for name, _ in people),
        loads=tuple((name, _load([r for r in live if r.reviewer_id == ident])) for name, ident in people),
        rows=tuple(_row(p, call, [r for r in shown if r.proposal_id == p.id], people, divergence) for p in proposals),
        delivered=len(totals_of(live)),
        asked=len(live),
        late=sum(_late(r) for r in live),
    )


def _load(reviews: Sequence[Review]) -> str:
    return f"{len(totals_of(reviews))}/{len(reviews)}"


def _late(review: Review) -> bool:
    return deadline(review).late


def _row(
    proposal: Proposal, call: Call, reviews: Sequence[Review], people: Sequence[tuple[str, uuid.UUID]], divergence: int
) -> GridRow:
    totals = totals_of(reviews)
    summary = scoring.summary(totals, divergence)
    by_person = {r.reviewer_id: r for r in reviews}
    return GridRow(
        reference=proposal.reference,
        title=proposal.title,
        href=url_for("reviews.of_proposal", proposal_id=proposal.id),
        state=proposal_badge(proposal),
        delivered=summary.count,
        wanted=call.process["reviews_wanted"],
        mean=points(summary.mean),
        diverges=summary.diverges,
        cells=tuple(_cell(by_person.get(ident)) for _, ident in people),
    )


def _cell(review: Review | None) -> Cell | None:
    if review is None:
        return None
    return Cell(badge(review), total_of(review), _late(review), url_for("reviews.oversee", review_id=review.id))
