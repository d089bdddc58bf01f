"""Another due date for a review that is still open."""

from __future__ import annotations

from datetime import datetime

from app.core import audit, clock, outbox, transitions
from app.core.errors import Invalid, MoveRefused
from app.core.types import Actor
from app.extensions import db
from app.reviews import pace, policy
from app.reviews.models import Review
from app.reviews.policy import is_assessing
from workflows.actors import STAFF
from workflows.machine import N_


def set_due(*, review: Review, due_at: datetime, actor: Actor, expected_version: int | None = None) -> bool:
    """Set the due date and tell the reviewer; false when it is this date already, and then nobody is told."""
    if not policy.relations(actor, review) & STAFF:
        raise MoveRefused(N_("Your role does not allow this step."))
    transitions.lock(review, expected_version)
    if review.state not in pace.OPEN or not is_assessing(review.proposal):
        raise MoveRefused(N_("This review is not open any more."))
    if due_at <= clock.now():
        raise Invalid(N_("Give a date in the future."), field="due_on")
    if review.due_at == due_at:
        return False
    before, review.due_at = review.due_at, due_at
    db.session.flush()
    audit.record(review, "review.due_changed", actor, before=before, after=due_at)
    outbox.publish("review.due_changed", review, actor, proposal_id=review.proposal_id)
    return True
