"""What was decided about reviews that lie far apart."""

from __future__ import annotations

import uuid

from sqlalchemy import select

from app.extensions import db
from app.reviews.models import DivergenceResolution


def last_resolution(proposal_id: uuid.UUID) -> DivergenceResolution | None:
    """The newest decision; the caller asks whether a review came after it."""
    query = select(DivergenceResolution).where(DivergenceResolution.proposal_id == proposal_id)
    order = (DivergenceResolution.created_at.desc(), DivergenceResolution.id.desc())
    return db.session.scalar(query.order_by(*order).limit(1))
