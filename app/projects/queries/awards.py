"""Announced awards that have no project yet."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from app.calls.models import Call
from app.decisions.models import Decision
from app.extensions import db
from app.projects.models import Project
from app.projects.queries.lists import Desk
from app.proposals.models import Proposal
from workflows.funding_decision import DecisionState


def _awards() -> Select[Any]:
    """Announced awards with proposal, call and organisation, whether they have a project or not."""
    return (
        select(Decision)
        .join(Decision.proposal)
        .where(Decision.outcome == "awarded", Decision.state == DecisionState.ANNOUNCED.value)
        .options(
            joinedload(Decision.proposal).options(joinedload(Proposal.call), joinedload(Proposal.organisation)),
        )
    )


def awards_without_project(desk: Desk) -> list[Decision]:
    """What waits to become a project in the programmes that a person runs, the oldest announcement first."""
    query = (
        _awards()
        .join(Proposal.call)
        .outerjoin(Project, Project.decision_id == Decision.id)
        .where(
            Project.id.is_(None),
            Call.programme_id.in_(desk.run),
            Decision.proposal_id.not_in(desk.conflicted),
            Proposal.organisation_id.not_in(desk.organisations),
        )
        .order_by(Decision.announced_at, Decision.id)
    )
    return list(db.session.scalars(query))


def get_award(decision_id: uuid.UUID) -> Decision | None:
    """One announced award."""
    return db.session.scalars(_awards().where(Decision.id == decision_id)).first()
