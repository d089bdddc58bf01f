"""A project, its agreement, its reports and everything that happened to it."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.core.audit import AuditEntry
from app.extensions import db
from app.projects.models import Agreement, Project, Report

FRESH = {"populate_existing": True}


def around_project(to_project: Any = None) -> tuple[Any, ...]:
    """Loader options for a project's call and organisation, reached through ``to_project`` or directly."""
    if to_project is None:
        return joinedload(Project.call), joinedload(Project.organisation)
    project = joinedload(to_project)
    return (project.joinedload(Project.call), project.joinedload(Project.organisation))


def get_project(project_id: uuid.UUID) -> Project | None:
    """One project with its call and organisation."""
    return db.session.scalar(select(Project).where(Project.id == project_id).options(*around_project()))


def agreement_of(project_id: uuid.UUID) -> Agreement | None:
    """The agreement of a project as it is in the database now, with the project around it."""
    query = select(Agreement).where(Agreement.project_id == project_id).options(*around_project(Agreement.project))
    return db.session.scalar(query.execution_options(**FRESH))


def get_agreement(agreement_id: uuid.UUID) -> Agreement | None:
    """One agreement with the project around it."""
    query = select(Agreement).where(Agreement.id == agreement_id).options(*around_project(Agreement.project))
    return db.session.scalar(query)


def reports_of(project_id: uuid.UUID) -> list[Report]:
    """The reports a project owes, by date."""
    query = select(Report).where(Report.project_id == project_id).order_by(Report.due_on, Report.id)
    return list(db.session.scalars(query))


def get_report(report_id: uuid.UUID) -> Report | None:
    """One report with the project around it."""
    return db.session.scalar(select(Report).where(Report.id == report_id).options(*around_project(Report.project)))


def timeline_of(ids: Collection[uuid.UUID]) -> list[AuditEntry]:
    """What happened to these records, the newest first."""
    query = (
        select(AuditEntry)
        .where(AuditEntry.subject_id.in_(ids))
        .order_by(AuditEntry.at.desc(), AuditEntry.created_at.desc(), AuditEntry.id.desc())
    )
    return list(db.session.scalars(query))
