"""Uploads on their way, and the same content elsewhere."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from app.calls.models import CallStage
from app.core.files import StoredFile
from app.extensions import db
from app.proposals.models import Proposal, ProposalFile, StageSubmission, Upload
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


def scan_states(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Attached file's id → how the check of its content for viruses stands."""
    query = select(ProposalFile.id, StoredFile.scan_state).join(StoredFile, StoredFile.id == ProposalFile.file_id)
    return {row.id: row.scan_state for row in db.session.execute(query.where(ProposalFile.id.in_(ids)))}


def same_files_elsewhere(submission: StageSubmission) -> dict[str, list[str]]:
    """Hash of a file of a stage → references of the same organisation's other proposals that have it attached."""
    mine = (
        select(StoredFile.sha256)
        .join(ProposalFile, ProposalFile.file_id == StoredFile.id)
        .where(ProposalFile.stage_submission_id == submission.id, ProposalFile.removed_at.is_(None))
    )
    query = (
        select(StoredFile.sha256, Proposal.reference)
        .join(ProposalFile, ProposalFile.file_id == StoredFile.id)
        .join(StageSubmission, StageSubmission.id == ProposalFile.stage_submission_id)
        .join(Proposal, Proposal.id == StageSubmission.proposal_id)
        .where(
            Proposal.organisation_id == submission.proposal.organisation_id,
            Proposal.id != submission.proposal_id,
            ProposalFile.removed_at.is_(None),
            StoredFile.sha256.in_(mine),
        )
        .distinct()
        .order_by(Proposal.reference)
    )
    found: dict[str, list[str]] = {}
    for row in db.session.execute(query):
        found.setdefault(row.sha256, []).append(row.reference)
    return found
