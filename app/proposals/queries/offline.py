"""Offline packs that came back."""

from __future__ import annotations

import uuid

from sqlalchemy import select

from app.extensions import db
from app.proposals.models import OfflineReturn


def get_return(submission_id: uuid.UUID, return_id: uuid.UUID) -> OfflineReturn | None:
    """One returned pack of a stage."""
    query = select(OfflineReturn).where(
        OfflineReturn.id == return_id, OfflineReturn.stage_submission_id == submission_id
    )
    return db.session.scalar(query)


def returns_of(submission_id: uuid.UUID) -> list[OfflineReturn]:
    """Every pack that came back for a stage, the newest first."""
    query = select(OfflineReturn).where(OfflineReturn.stage_submission_id == submission_id)
    return list(db.session.scalars(query.order_by(OfflineReturn.created_at.desc(), OfflineReturn.id).limit(20)))
