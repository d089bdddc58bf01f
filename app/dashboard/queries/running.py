"""Rows about funded projects: agreements, bank accounts, milestones, payments, reports, on either side of the desk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select

from app.calls.models import Call
from app.dashboard.queries.desk import WORKING_ROLES, Desk
from app.extensions import db
from app.projects.models import Agreement, Milestone, Payee, Payment, Project, Report
from workflows.actors import FINANCE

Rows = Sequence[Any]
PROJECT_COLUMNS = (
    Project.id.label("project_id"),
    Project.proposal_id,
    Project.reference,
    Project.title,
    Project.organisation_id,
    Project.currency,
    Call.programme_id,
    Call.code.label("call_code"),
    Call.zone,
)


def agreements(desk: Desk) -> Rows:
    """Agreements that somebody must still move."""
    payee = and_(Payee.project_id == Project.id, Payee.superseded_at.is_(None))
    query = (
        _of_projects(
            desk,
            Agreement.id,
            Agreement.state,
            Agreement.state_changed_at,
            Agreement.sent_by_id,
            Payee.id.label("payee_id"),
        )
        .join(Agreement, Agreement.project_id == Project.id)
        .outerjoin(Payee, payee)
        .where(Agreement.state.in_(("drafted", "sent", "signed")))
    )
    return db.session.execute(query.order_by(Agreement.state_changed_at, Project.reference)).all()


def payees_to_confirm(desk: Desk) -> Rows:
    """Bank accounts that wait for finance."""
    query = (
        _of_projects(desk, Payee.id, Payee.created_at, Payee.recorded_by_id)
        .join(Payee, Payee.project_id == Project.id)
        .where(
            Payee.confirmed_at.is_(None),
            Payee.superseded_at.is_(None),
            Call.programme_id.in_(desk.programmes(FINANCE)),
        )
    )
    return db.session.execute(query.order_by(Payee.created_at, Project.reference)).all()


def milestones(desk: Desk, until: date) -> Rows:
    """Milestones of running projects that are with the programme, were returned, or fall due by ``until``."""
    wanted = or_(
        Milestone.state.in_(("reported", "under_verification", "returned")),
        and_(Milestone.state == "planned", Milestone.due_on <= until),
    )
    query = (
        _of_projects(
            desk,
            Milestone.id,
            Milestone.position,
            Milestone.title.label("milestone_title"),
            Milestone.state,
            Milestone.state_changed_at,
            Milestone.due_on,
        )
        .join(Agreement, Agreement.project_id == Project.id)
        .join(Milestone, Milestone.project_id == Project.id)
        .where(Agreement.state == "active", wanted)
    )
    return db.session.execute(query.order_by(Milestone.due_on, Project.reference, Milestone.position)).all()


def payments(desk: Desk) -> Rows:
    """Tranches that can be claimed, are under way, or are held."""
    wanted = or_(
        Payment.state.in_(("claimable", "requested", "approved", "released")),
        and_(Payment.state == "scheduled", Payment.held_at.is_not(None)),
    )
    query = (
        _of_projects(
            desk,
            Payment.id,
            Payment.position,
            Payment.amount_minor,
            Payment.state,
            Payment.state_changed_at,
            Payment.held_at,
            Payment.approved_by_id,
            Payment.requested_by_id,
        )
        .join(Payment, Payment.project_id == Project.id)
        .where(wanted)
    )
    return db.session.execute(query.order_by(Payment.state_changed_at, Project.reference)).all()


def reports(desk: Desk, until: date) -> Rows:
    """Reports of running projects that were submitted or returned, or fall due by ``until``."""
    wanted = or_(Report.state.in_(("submitted", "returned")), and_(Report.state == "expected", Report.due_on <= until))
    query = (
        _of_projects(desk, Report.id, Report.kind, Report.state, Report.state_changed_at, Report.due_on)
        .join(Agreement, Agreement.project_id == Project.id)
        .join(Report, Report.project_id == Project.id)
        .where(Agreement.state == "active", wanted)
    )
    return db.session.execute(query.order_by(Report.due_on, Project.reference)).all()


def _of_projects(desk: Desk, *columns: ColumnElement[Any] | Any) -> Select[Any]:
    """Columns of the reader's projects: those of their organisations, and those of programmes they work for."""
    return (
        select(*PROJECT_COLUMNS, *columns)
        .select_from(Project)
        .join(Call, Call.id == Project.call_id)
        .where(
            or_(
                Project.organisation_id.in_(desk.organisations),
                and_(
                    Call.programme_id.in_(desk.programmes(*WORKING_ROLES)),
                    Project.proposal_id.not_in(desk.conflicted),
                ),
            )
        )
    )
