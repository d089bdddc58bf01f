"""Invitations by e-mail and their links, for the tests of asking and answering."""

from __future__ import annotations

from datetime import timedelta

from app.core import clock
from app.core.outbox import OutboxEvent
from app.extensions import db
from app.reviews import services
from app.reviews.models import ReviewInvitation
from tests.factories.identity import actor_of

EMAIL = "new.reader@example.org"


def ask(proposal, officer, **over):
    values = {
        "name": "Nora Reader",
        "email": EMAIL,
        "locale": "en",
        "due_at": clock.now() + timedelta(days=14),
        "message": "",
    }
    return services.ask(proposal=proposal, actor=actor_of(officer), **{**values, **over})


def link_of(invitation):
    event = db.session.query(OutboxEvent).filter_by(name="review.asked", subject_id=invitation.id).one()
    return event.payload["token_path"]


def link_to(review):
    return link_of(db.session.query(ReviewInvitation).filter_by(review_id=review.id).one())


def accept(client, link, **over):
    return client.fill(link, f"{link}/accept", **{"no_conflict": "y", "signed_as": "Nora Reader", **over})
