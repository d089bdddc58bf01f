"""The search as a query: only over what the reader oversees, so that nothing hidden is found, counted or sorted by."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, case, func, select

from app.calls.models import Call, CallStage
from app.core import clock
from app.dashboard.queries.conditions import condition
from app.dashboard.searching import Node
from app.decisions.models import Decision
from app.extensions import db
from app.identity.models import Organisation, Person
from app.proposals.models import Proposal, StageSubmission
from app.proposals.queries import latest_state
from app.reviews.models import Review, ReviewRound
from app.reviews.pace import DELIVERED, OPEN, STEPPED_BACK
from app.reviews.queries import overseen
from workflows.proposal_lifecycle import ProposalState
from workflows.review_round import RoundDates, RoundState, phase_at

SORTS = ("reference", "title", "org", "amount", "score", "spread", "reviews", "due", "submitted")


@dataclass(frozen=True)
class Columns:
    """What conditions and results are made of; counts of a proposal without reviews are 0."""

    proposal: Any
    reviews: Any
    asked: Any
    open: Any
    late: Any
    points: Any
    spread: Any
    due: Any
    state: Any
    stage: Any
    submitted: Any
    lead_locale: Any


def search(person_id: uuid.UUID, programmes: Collection[uuid.UUID], tree: Node, sort: str = "") -> Any:
    """Rows of what a member of the staff finds in these programmes; ``sort`` is one of ``SORTS``, with ``-`` backwards."""
    now = clock.now()
    columns, stats = _columns(now)
    where = condition(tree, columns, now, lambda: _phases(programmes, now))
    query = (
        select(
            Proposal.id,
            Proposal.reference,
            Proposal.title,
            Proposal.state,
            Proposal.currency,
            Proposal.requested_minor,
            Proposal.funding_window,
            Proposal.countries,
            Proposal.minerals,
            Organisation.name.label("organisation"),
            Call.code.label("call"),
            Call.zone,
            Decision.outcome,
            Decision.state.label("decision_state"),
            columns.state.label("stage_state"),
            columns.submitted.label("submitted_at"),
            columns.reviews.label("reviews"),
            columns.asked.label("asked"),
            columns.open.label("open"),
            columns.late.label("late"),
            columns.points.label("points"),
            columns.spread.label("spread"),
            columns.due.label("due_at"),
        )
        .select_from(Proposal)
        .join(Call, Call.id == Proposal.call_id)
        .join(Organisation, Organisation.id == Proposal.organisation_id)
        .outerjoin(Decision, Decision.proposal_id == Proposal.id)
        .outerjoin(stats, stats.c.proposal_id == Proposal.id)
        .where(Call.programme_id.in_(programmes), *overseen(person_id), where)
    )
    return query.order_by(*_order(columns, sort))


def count(query: Select[Any]) -> int:
    """How many rows a search has."""
    return db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0


def _columns(now: datetime) -> tuple[Columns, Any]:
    """Everything counted of reviews comes from one grouping, joined once."""
    stats = _stats(now)
    newest = (
        select(StageSubmission.submitted_at)
        .where(StageSubmission.proposal_id == Proposal.id, StageSubmission.submitted_at.is_not(None))
        .order_by(StageSubmission.position.desc())
        .limit(1)
        .correlate(Proposal)
        .scalar_subquery()
    )
    stage = (
        select(CallStage.key)
        .join(StageSubmission, StageSubmission.call_stage_id == CallStage.id)
        .where(StageSubmission.proposal_id == Proposal.id)
        .order_by(StageSubmission.position.desc())
        .limit(1)
        .correlate(Proposal)
        .scalar_subquery()
    )
    locale = select(Person.locale).where(Person.id == Proposal.lead_id).correlate(Proposal).scalar_subquery()
    counts = {name: func.coalesce(stats.c[name], 0) for name in ("reviews", "asked", "open", "late")}
    return Columns(
        proposal=Proposal,
        points=stats.c.points,
        spread=stats.c.spread,
        due=stats.c.due,
        state=latest_state(),
        stage=stage,
        submitted=newest,
        lead_locale=locale,
        **counts,
    ), stats


def _stats(now: datetime) -> Any:
    """Proposal id → counts, sum of points (hundredths), spread (hundredths) and the next due date of what is open."""
    delivered = and_(Review.state.in_(sorted(DELIVERED)), Review.total_hundredths.is_not(None))
    waiting = and_(Review.state.in_(sorted(OPEN)), Proposal.state == ProposalState.ASSESSING.value)
    total = case((delivered, Review.total_hundredths))
    return (
        select(
            Review.proposal_id,
            func.count(total).label("reviews"),
            func.sum(case((Review.state.not_in(sorted(STEPPED_BACK)), 1), else_=0)).label("asked"),
            func.sum(case((waiting, 1), else_=0)).label("open"),
            func.sum(case((and_(waiting, Review.due_at <= now), 1), else_=0)).label("late"),
            func.sum(total).label("points"),
            (func.max(total) - func.min(total)).label("spread"),
            func.min(case((and_(waiting, Review.due_at > now), Review.due_at))).label("due"),
        )
        .join(Proposal, Proposal.id == Review.proposal_id)
        .group_by(Review.proposal_id)
        .subquery("stats")
    )


def _phases(programmes: Collection[uuid.UUID], now: datetime) -> dict[uuid.UUID, str]:
    """Call id → the phase of the reviews of its last stage."""
    rows = db.session.execute(
        select(
            CallStage.call_id,
            ReviewRound.state,
            ReviewRound.state_changed_at,
            ReviewRound.scoring_at,
            ReviewRound.reading_at,
            ReviewRound.discussing_at,
            ReviewRound.closes_at,
        )
        .select_from(CallStage)
        .join(Call, Call.id == CallStage.call_id)
        .outerjoin(ReviewRound, ReviewRound.call_stage_id == CallStage.id)
        .where(Call.programme_id.in_(programmes))
        .order_by(CallStage.call_id, CallStage.position)
    )
    return {row.call_id: _phase(row, now) for row in rows}


def _phase(row: Any, now: datetime) -> str:
    if row.state is None:
        return str(RoundState.SCORING.value)
    dates = RoundDates(row.scoring_at, row.reading_at, row.discussing_at, row.closes_at)
    return str(phase_at(RoundState(row.state), row.state_changed_at, dates, now).value)


def _order(columns: Columns, sort: str) -> tuple[Any, ...]:
    name, backwards = sort.removeprefix("-"), sort.startswith("-")
    by = {
        "title": Proposal.title,
        "org": Organisation.name,
        "amount": Proposal.requested_minor,
        "score": columns.points * 1.0 / columns.reviews,
        "spread": columns.spread,
        "reviews": columns.reviews,
        "due": columns.due,
        "submitted": columns.submitted,
    }.get(name)
    if by is None:
        return (Proposal.reference.desc() if backwards else Proposal.reference,)
    return (by.desc().nulls_last() if backwards else by.asc().nulls_last(), Proposal.reference)
