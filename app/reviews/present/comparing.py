"""Two plans of one call side by side."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import url_for

from app.proposals.models import Proposal
from app.reviews.models import AssignmentPlan
from app.reviews.present.certificate import fit
from app.reviews.present.plans import plan_view

MOST_ROWS = 200


@dataclass(frozen=True)
class ComparedRow:
    """One proposal under two plans."""

    reference: str
    title: str
    fits: tuple[str, str]
    people: tuple[tuple[str, ...], tuple[str, ...]]
    same: bool


@dataclass(frozen=True)
class ComparisonView:
    """Two plans side by side: their figures in rows, then the proposals on which they differ."""

    call_id: str
    call_title: str
    titles: tuple[str, str]
    hrefs: tuple[str, str]
    figures: tuple[tuple[str, str, str], ...]
    rows: tuple[ComparedRow, ...]
    same: int


def comparison_view(
    plans: tuple[AssignmentPlan, AssignmentPlan], proposals: Sequence[Proposal], names: Mapping[uuid.UUID, str]
) -> ComparisonView:
    """What two plans of one call would do, for the proposals that the reader may see."""
    views = tuple(plan_view(plan, proposals, names, may_apply=False) for plan in plans)
    rows = [_compared(p, plans, names) for p in proposals]
    other = tuple(row for row in rows if row is not None and not row.same)
    return ComparisonView(
        call_id=views[0].call_id,
        call_title=views[0].call_title,
        titles=(views[0].title, views[1].title),
        hrefs=(url_for("reviews.plan", plan_id=plans[0].id), url_for("reviews.plan", plan_id=plans[1].id)),
        figures=tuple(
            (label, a, b)
            for (label, a), (_, b) in zip(
                (*views[0].tiles, *views[0].facts), (*views[1].tiles, *views[1].facts), strict=True
            )
        ),
        rows=other[:MOST_ROWS],
        same=sum(row is not None and row.same for row in rows),
    )


def _compared(
    proposal: Proposal, plans: tuple[AssignmentPlan, AssignmentPlan], names: Mapping[uuid.UUID, str]
) -> ComparedRow | None:
    key, sides, fits = str(proposal.id), [], []
    for plan in plans:
        own = [pair for pair in plan.result["pairs"] if pair["proposal"] == key]
        sides.append(tuple(sorted(names.get(uuid.UUID(pair["reviewer"]), "–") for pair in own)))
        fits.append(fit(sum(pair["score"] for pair in own)))
    if not any(sides):
        return None
    return ComparedRow(
        proposal.reference, proposal.title, (fits[0], fits[1]), (sides[0], sides[1]), sides[0] == sides[1]
    )
