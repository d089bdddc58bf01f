"""Members as the tests look them up."""

from __future__ import annotations

from app.identity import queries
from app.identity.models import Membership

SENT = "invitation.sent"


def membership(organisation, person) -> Membership:
    return next(m for m in queries.members_of(organisation.id) if m.person_id == person.id)
