"""What open pages have sent, and the texts that wait for somebody to decide."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select

from app.core.db import affected
from app.extensions import db
from app.proposals.models import PatchReceipt, RivalText


def patch_receipt(submission_id: uuid.UUID, client: str) -> PatchReceipt | None:
    """How far an open page has got."""
    return db.session.scalar(select(PatchReceipt).filter_by(stage_submission_id=submission_id, client=client))


def waiting_texts(submission_ids: Collection[uuid.UUID]) -> list[RivalText]:
    """Texts that nobody has decided about yet, the oldest first."""
    query = (
        select(RivalText)
        .where(RivalText.stage_submission_id.in_(submission_ids), RivalText.settled_at.is_(None))
        .order_by(RivalText.created_at, RivalText.id)
    )
    return list(db.session.scalars(query))


def get_text(submission_id: uuid.UUID, text_id: uuid.UUID) -> RivalText | None:
    """One of these texts, settled or not."""
    return db.session.scalar(select(RivalText).filter_by(stage_submission_id=submission_id, id=text_id))


def forget_receipts(before: datetime) -> int:
    """Delete what pages told that have been silent since then; returns how many."""
    return affected(delete(PatchReceipt).where(PatchReceipt.at < before))
