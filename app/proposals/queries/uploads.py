"""Uploads on their way, and the same content elsewhere."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from app.calls.models import CallStage
from app.extensions import db
from app.proposals.models import StageSubmission, Upload
from app.proposals.queries.records import whole


def get_upload(ident: uuid.UUID, *, lock: bool = False) -> Upload | None:
    """One upload with the stage it goes to and everything that its policy asks; ``lock`` lets one writer in at a time."""
    if lock:
        db.session.execute(select(Upload.id).where(Upload.id == ident).with_for_update())
    stage = joinedload(Upload.stage_submission)
    query = (
        select(Upload)
        .where(Upload.id == ident)
        .options(
            stage.joinedload(StageSubmission.proposal).options(*whole()),
            stage.joinedload(StageSubmission.call_stage).joinedload(CallStage.form_version),
            stage.joinedload(StageSubmission.form_version),
        )
        .execution_options(populate_existing=lock)
    )
    return db.session.scalars(query).unique().one_or_none()


def count_open_uploads(person_id: uuid.UUID) -> int:
    """How many uploads of a person are under way."""
    query = select(func.count(Upload.id)).where(Upload.created_by_id == person_id, Upload.outcome == "open")
    return db.session.scalar(query) or 0


def open_upload_ids() -> set[uuid.UUID]:
    """Every upload that may go on."""
    return set(db.session.scalars(select(Upload.id).where(Upload.outcome == "open")))


def uploads_over(now: datetime, kept_since: datetime) -> list[Upload]:
    """Uploads to be swept: expired ones, and ended ones that nobody will ask for any more."""
    expired = (Upload.outcome == "open") & (Upload.expires_at <= now)
    forgotten = (Upload.outcome != "open") & (Upload.expires_at <= kept_since)
    return list(db.session.scalars(select(Upload).where(or_(expired, forgotten)).order_by(Upload.id).limit(500)))
