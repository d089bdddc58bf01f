"""Agreeing to keep what one reads to oneself."""

from __future__ import annotations

import uuid

from app.core import audit, clock, transitions
from app.core.errors import Invalid
from app.core.types import Actor
from app.extensions import db
from app.identity.models import Person
from app.reviews import confidentiality
from app.reviews.models import ConfidentialityAgreement, Review
from app.reviews.queries import asking
from workflows.machine import N_


def agree(*, programme_id: uuid.UUID, person: Person, name: str, actor: Actor) -> None:
    """Keep that a person agreed to the present wording, under the name they wrote. Twice is once."""
    signed = " ".join(name.split())
    if not 0 < len(signed) <= 120:
        raise Invalid(N_("Write your name."), field="name")
    transitions.lock(person)
    asking.forget_agreements()
    if asking.has_agreed(programme_id, person.id):
        return
    db.session.add(
        ConfidentialityAgreement(
            programme_id=programme_id,
            person_id=person.id,
            text_sha256=confidentiality.SHA256,
            name=signed,
            agreed_at=clock.now(),
        )
    )
    db.session.flush()
    asking.forget_agreements()
    audit.record(person, "reviewer.agreed", actor, programme=str(programme_id), text=confidentiality.SHA256)


def has_agreed(review: Review) -> bool:
    """Whether the reviewer signed the present wording for the programme of a review."""
    return asking.has_agreed(review.proposal.call.programme_id, review.reviewer_id)
