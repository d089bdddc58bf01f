"""Reviews that lie far apart, as the staff sees them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext

from app.proposals.models import Proposal
from app.reviews import scoring
from app.reviews.models import DivergenceResolution, Review
from app.reviews.present.parts import points, total_of, totals_of
from workflows.machine import N_

HOW = {
    "third_review": N_("A third review settles it."),
    "consensus": N_("The reviewers talked, and their scores stand."),
    "accepted": N_("The difference is accepted."),
}


@dataclass(frozen=True)
class DivergenceView:
    """Who lies how far apart; ``settled`` says what was decided since the last review came in, by whom and why."""

    proposal_id: str
    reference: str
    title: str
    back_url: str
    spread: str
    limit: int
    totals: tuple[tuple[str, str], ...]
    diverges: bool
    settled: str
    settled_by: str
    note: str


def divergence_view(
    proposal: Proposal, reviews: Sequence[Review], limit: int, last: DivergenceResolution | None
) -> DivergenceView:
    """A decision older than the last review handed in settles nothing."""
    summary = scoring.summary(totals_of(reviews), limit)
    newest = max((r.submitted_at for r in reviews if r.submitted_at and totals_of([r])), default=None)
    holds = last if last and (newest is None or last.created_at >= newest) else None
    return DivergenceView(
        proposal_id=str(proposal.id),
        reference=proposal.reference,
        title=proposal.title,
        back_url=url_for("reviews.of_proposal", proposal_id=proposal.id),
        spread=points(summary.spread),
        limit=limit,
        totals=tuple((r.reviewer.name, total_of(r)) for r in reviews if totals_of([r])),
        diverges=summary.diverges,
        settled=gettext(HOW[holds.how]) if holds else "",
        settled_by=holds.decided_by_name if holds else "",
        note=holds.note if holds else "",
    )
