"""More time for one applicant: the rows, and the applicant as staff name them."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.calls.models import CallStage
from app.extensions import db
from app.identity.models import Organisation
from app.proposals.models import Proposal, StageExtension, StageSubmission
from app.proposals.queries.records import whole


def extensions_of_call(call_id: uuid.UUID) -> list[StageExtension]:
    """Every extension for one applicant in a call, the newest first."""
    query = (
        select(StageExtension)
        .join(StageExtension.call_stage)
        .where(CallStage.call_id == call_id)
        .options(
            joinedload(StageExtension.call_stage),
            joinedload(StageExtension.organisation),
            joinedload(StageExtension.proposal),
        )
        .order_by(StageExtension.created_at.desc(), StageExtension.id)
    )
    return list(db.session.scalars(query))


def extensions_of_organisations(
    call_stage_id: uuid.UUID, organisation_ids: Collection[uuid.UUID]
) -> list[StageExtension]:
    """The extensions of a stage that hold for whatever these organisations begin in it."""
    query = select(StageExtension).where(
        StageExtension.call_stage_id == call_stage_id,
        StageExtension.organisation_id.in_(list(organisation_ids)),
        StageExtension.proposal_id.is_(None),
    )
    return list(db.session.scalars(query)) if organisation_ids else []


def extended_to() -> Any:
    """The latest extension that holds for a submission, as a column of a query on proposals and their submissions."""
    return (
        select(func.max(StageExtension.closes_at))
        .where(
            StageExtension.call_stage_id == StageSubmission.call_stage_id,
            StageExtension.organisation_id == Proposal.organisation_id,
            StageExtension.proposal_id.is_(None) | (StageExtension.proposal_id == Proposal.id),
        )
        .correlate(Proposal, StageSubmission)
        .scalar_subquery()
    )


def proposals_of_applicant(call_id: uuid.UUID, organisation_id: uuid.UUID) -> list[Proposal]:
    """Everything that one organisation has in a call, drafts included, by reference."""
    query = (
        select(Proposal)
        .where(Proposal.call_id == call_id, Proposal.organisation_id == organisation_id)
        .options(*whole(forms=False))
        .order_by(Proposal.reference)
    )
    return list(db.session.scalars(query))


def organisations_named(name: str) -> list[Organisation]:
    """The organisations of exactly this name, whatever its capitals; several may share one."""
    name = name.strip()
    query = select(Organisation).where((Organisation.name == name) | (func.lower(Organisation.name) == name.lower()))
    return list(db.session.scalars(query.order_by(Organisation.id)))
