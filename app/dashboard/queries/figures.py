"""The figures of a programme: proposals by state, money by call, mines by step, what is late."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, select

from app.calls.models import Call
from app.dashboard.queries.desk import Desk
from app.extensions import db
from app.mines.models import MineSite
from app.projects.models import Agreement, LedgerEntry, Milestone, Project, ProjectSite
from app.proposals.models import Proposal
from app.proposals.queries import visible_to
from app.reviews.models import Review

Rows = Sequence[Any]
IN_HAND = ("invited", "accepted", "draft", "reopened")


def proposals_by_state(desk: Desk, programmes: Collection[uuid.UUID]) -> Rows:
    """How many proposals each call has in each state, of those the reader may see: the lists show just as many."""
    return db.session.execute(
        select(Proposal.call_id, Proposal.state, func.count(Proposal.id).label("count"))
        .join(Call, Call.id == Proposal.call_id)
        .where(Call.programme_id.in_(programmes), *visible_to(desk.person_id))
        .group_by(Proposal.call_id, Proposal.state)
    ).all()


def money_by_call(desk: Desk, programmes: Collection[uuid.UUID]) -> dict[uuid.UUID, Any]:
    """Committed and disbursed minor units of each call, from the ledger, of the projects the reader may see."""
    sign = case((LedgerEntry.kind.in_(("commitment_reversal", "disbursement_reversal")), -1), else_=1)
    committed = case((LedgerEntry.kind.startswith("commitment"), sign * LedgerEntry.amount_minor), else_=0)
    disbursed = case((LedgerEntry.kind.startswith("disbursement"), sign * LedgerEntry.amount_minor), else_=0)
    rows = db.session.execute(
        select(
            Project.call_id,
            func.count(func.distinct(Project.id)).label("projects"),
            func.coalesce(func.sum(committed), 0).label("committed"),
            func.coalesce(func.sum(disbursed), 0).label("disbursed"),
        )
        .join(Call, Call.id == Project.call_id)
        .join(LedgerEntry, LedgerEntry.project_id == Project.id)
        .where(Call.programme_id.in_(programmes), *_open_to(desk))
        .group_by(Project.call_id)
    )
    return {row.call_id: row for row in rows}


def mines_then_and_now(desk: Desk, programmes: Collection[uuid.UUID]) -> Rows:
    """How many mine sites the projects that the reader may see took on at each step, and where those stand now."""
    return db.session.execute(
        select(ProjectSite.baseline_step, MineSite.maturity_step, func.count(ProjectSite.id).label("count"))
        .join(MineSite, MineSite.id == ProjectSite.mine_site_id)
        .join(Project, Project.id == ProjectSite.project_id)
        .join(Call, Call.id == Project.call_id)
        .where(Call.programme_id.in_(programmes), *_open_to(desk))
        .group_by(ProjectSite.baseline_step, MineSite.maturity_step)
    ).all()


def late_reviews(desk: Desk, programmes: Collection[uuid.UUID], now: datetime) -> dict[uuid.UUID, int]:
    """How many reviews of each call are past their date, of the proposals the reader may see."""
    rows = db.session.execute(
        select(Proposal.call_id, func.count(Review.id).label("late"))
        .join(Review, Review.proposal_id == Proposal.id)
        .join(Call, Call.id == Proposal.call_id)
        .where(
            Call.programme_id.in_(programmes),
            Review.state.in_(IN_HAND),
            Review.due_at < now,
            *visible_to(desk.person_id),
        )
        .group_by(Proposal.call_id)
    )
    return {row.call_id: row.late for row in rows}


def overdue_milestones(desk: Desk, programmes: Collection[uuid.UUID], today: date) -> int:
    """How many milestones of running projects should have been reported by now."""
    query = (
        select(func.count(Milestone.id))
        .join(Project, Project.id == Milestone.project_id)
        .join(Agreement, Agreement.project_id == Project.id)
        .join(Call, Call.id == Project.call_id)
        .where(
            Call.programme_id.in_(programmes),
            Agreement.state == "active",
            Milestone.state.in_(("planned", "returned")),
            Milestone.due_on < today,
            *_open_to(desk),
        )
    )
    return db.session.scalar(query) or 0


def _open_to(desk: Desk) -> tuple[ColumnElement[bool], ...]:
    """Projects that neither a conflict of interest nor being of the grantee's side keeps from the reader."""
    return Project.proposal_id.not_in(desk.conflicted), Project.organisation_id.not_in(desk.organisations)
