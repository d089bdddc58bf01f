"""Reviewers of a programme with what they know and can take on."""

from __future__ import annotations

from typing import Any

from app.calls.models import Call
from app.extensions import db
from app.identity.models import Person
from app.reviews.models import CallReviewer, ReviewerProfile
from tests.factories.reviews import make_reviewer


def make_profiled(call: Call, *, standby: bool | None = None, name: str = "Ana", **over: Any) -> Person:
    """A reviewer with a profile; ``standby`` makes an agreement for the call."""
    person = make_reviewer(call, name=name)
    given = {"minerals": ["tin"], "countries": ["CD"], "topics": ["pit safety"], "languages": ["en"], **over}
    db.session.add(ReviewerProfile(programme_id=call.programme_id, person_id=person.id, **given))
    if standby is not None:
        capacity = over.get("capacity", 5)
        db.session.add(CallReviewer(call_id=call.id, person_id=person.id, capacity=capacity, standby=standby))
    db.session.flush()
    return person
