"""The preview of proposing by rank: exactly what confirming would do."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext

from app.calls.models import Call
from app.decisions import ranking
from app.decisions.present.parts import outcome_badge
from app.decisions.present.ranking import money_of
from app.decisions.queries import Result
from app.decisions.services import Plan
from app.reviews.present.parts import Badge, points, title_of


@dataclass(frozen=True)
class PlanRow:
    """What would be proposed for one proposal; ``choice`` offers to skip it, or not to."""

    key: str
    rank: str
    reference: str
    title: str
    mean: str
    asked: str
    outcome: Badge
    amount: str
    why: str
    choice: bool
    skipped: bool


@dataclass(frozen=True)
class PlanView:
    """Exactly what confirming would do."""

    call_title: str
    call_url: str
    left: str
    rows: tuple[PlanRow, ...]
    fingerprint: str
    skips: tuple[str, ...]


def plan_view(call: Call, plan: Plan) -> PlanView:
    """The preview of proposing by rank."""
    return PlanView(
        call_title=title_of(call.title),
        call_url=url_for("decisions.of_call", call_id=call.id),
        left=money_of(plan.left_minor, call),
        rows=tuple(_plan_row(result, line, call) for result, line in plan.lines),
        fingerprint=plan.fingerprint,
        skips=tuple(str(result.proposal.id) for result, line in plan.lines if line.skipped),
    )


def _plan_row(result: Result, line: ranking.Line, call: Call) -> PlanRow:
    ranked = line.ranked
    return PlanRow(
        key=str(result.proposal.id),
        rank=str(ranked.rank) if ranked.rank else "–",
        reference=result.proposal.reference,
        title=result.proposal.title,
        mean=points(ranked.candidate.mean) or "–",
        asked=money_of(ranked.candidate.requested_minor, call),
        outcome=outcome_badge(line.outcome),
        amount=money_of(line.amount_minor, call) if line.amount_minor else "–",
        why=_why(line),
        choice=line.stops or line.skipped,
        skipped=line.skipped,
    )


def _why(line: ranking.Line) -> str:
    if not line.ranked.passes:
        below = ", ".join(line.ranked.below)
        return gettext("Below the minimum in: %(codes)s", codes=below) if below else gettext("Below the pass mark")
    if line.skipped:
        return gettext("Skipped: it does not fit whole")
    if line.stops:
        return gettext("Does not fit whole: funding ends here")
    return gettext("In rank order") if line.amount_minor else gettext("Beyond the funding line")
