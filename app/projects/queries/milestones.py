"""Milestones with their tranches and evidence, and which of them are due."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, joinedload

from app.extensions import db
from app.projects.models import Agreement, Evidence, Milestone, Payment, Project
from app.projects.queries.records import FRESH, around_project
from workflows.agreement import AgreementState
from workflows.machine import Category
from workflows.milestone_monitoring import MilestoneState

OPEN = tuple(state.value for state in MilestoneState if state.category is Category.OPEN)
REMINDERS = (3, 14)


@dataclass(frozen=True)
class MilestoneRow:
    """A milestone, the tranche that hangs on it, and how many pieces of evidence it has."""

    milestone: Milestone
    payment: Payment | None
    evidence: int


@dataclass(frozen=True)
class DueMilestone:
    """A milestone that is not reported though its date is near (``days_left`` ≥ 0) or past (< 0)."""

    milestone: Milestone
    days_left: int
    reminder: str


def milestone_rows(project_id: uuid.UUID) -> list[MilestoneRow]:
    """The milestones of a project in their order, as they are in the database now."""
    pieces = select(func.count(Evidence.id)).where(Evidence.milestone_id == Milestone.id).scalar_subquery()
    query = (
        select(Milestone, Payment, pieces)
        .outerjoin(Payment, Payment.milestone_id == Milestone.id)
        .where(Milestone.project_id == project_id)
        .options(*around_project(Milestone.project), *around_project(Payment.project))
        .order_by(Milestone.position)
        .execution_options(**FRESH)
    )
    return [MilestoneRow(*row) for row in db.session.execute(query)]


def get_milestone(milestone_id: uuid.UUID) -> Milestone | None:
    """One milestone with the project around it."""
    query = select(Milestone).where(Milestone.id == milestone_id).options(*around_project(Milestone.project))
    return db.session.scalar(query)


def payment_of_milestone(milestone_id: uuid.UUID) -> Payment | None:
    """The tranche that hangs on a milestone, if one does."""
    query = select(Payment).where(Payment.milestone_id == milestone_id).options(*around_project(Payment.project))
    return db.session.scalar(query)


def evidence_of(milestone_id: uuid.UUID) -> list[Evidence]:
    """The evidence of a milestone, oldest first, with what is known of the files."""
    query = select(Evidence).where(Evidence.milestone_id == milestone_id).order_by(Evidence.created_at, Evidence.id)
    return list(db.session.scalars(query))


def get_evidence(evidence_id: uuid.UUID) -> Evidence | None:
    """One piece of evidence with its milestone and the project around it."""
    milestone = joinedload(Evidence.milestone)
    project = milestone.joinedload(Milestone.project)
    query = (
        select(Evidence)
        .where(Evidence.id == evidence_id)
        .options(project.joinedload(Project.call), project.joinedload(Project.organisation))
    )
    return db.session.scalar(query)


def due_milestones(on: date) -> list[DueMilestone]:
    """Milestones of running projects that nobody has reported: within 14 days, within 3 days, or overdue on that day.

    It tells what is due and not done, whatever was missed on earlier days; who reminds keeps account of that.
    """
    query = (
        select(Milestone)
        .join(Milestone.project)
        .join(Agreement, Agreement.project_id == Project.id)
        .where(
            Agreement.state == AgreementState.ACTIVE.value,
            Milestone.state.in_(OPEN),
            Milestone.due_on <= on + timedelta(days=max(REMINDERS)),
        )
        .options(contains_eager(Milestone.project).joinedload(Project.organisation))
        .order_by(Milestone.due_on, Milestone.project_id, Milestone.position)
    )
    return [_due(milestone, (milestone.due_on - on).days) for milestone in db.session.scalars(query)]


def _due(milestone: Milestone, days_left: int) -> DueMilestone:
    nearest = next(days for days in REMINDERS if days_left <= days)
    return DueMilestone(milestone, days_left, "overdue" if days_left < 0 else f"due_{nearest}")


def state_of_milestone(milestone_id: uuid.UUID) -> str:
    """The state of a milestone as it is in the database now."""
    return str(db.session.scalar(select(Milestone.state).where(Milestone.id == milestone_id)))
