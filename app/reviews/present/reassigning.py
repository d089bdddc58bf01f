"""What staff see before a review is taken from one reviewer and given to another."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext

from app.identity.models import Person
from app.reviews.models import Review
from app.reviews.present.parts import Badge, Deadline, badge, deadline
from app.web.filters import translate
from workflows.machine import Refusal


@dataclass(frozen=True)
class ReassignView:
    """The review as it is, why it cannot be taken away (in words), and, once chosen, what will happen to whom."""

    id: str
    reference: str
    title: str
    reviewer: str
    state: Badge
    due: Deadline
    refusal: str
    proposal_url: str
    will_happen: tuple[str, ...]
    version: int


def reassign_view(review: Review, refusal: Refusal | None, will_happen: tuple[str, ...] = ()) -> ReassignView:
    """The page of one review."""
    return ReassignView(
        id=str(review.id),
        reference=review.proposal.reference,
        title=review.proposal.title,
        reviewer=review.reviewer.name,
        state=badge(review),
        due=deadline(review),
        refusal=translate(refusal),
        proposal_url=url_for("reviews.of_proposal", proposal_id=review.proposal_id),
        will_happen=will_happen,
        version=review.version,
    )


def reassign_steps(review: Review, to: Person, due_text: str) -> tuple[str, ...]:
    """Exactly what happens, one sentence each."""
    names = {"old": review.reviewer.name, "new": to.name, "due": due_text}
    return (
        gettext("The review of %(old)s ends. What was written on the sheet is kept, and nobody reads it.", **names),
        gettext("%(old)s is told by mail that no review is needed any more, without your reason.", **names),
        gettext("%(new)s is invited by mail to review the proposal by %(due)s.", **names),
        gettext("Your reason stands in the history of the review, for the staff."),
    )


def people_to_ask(
    people: Iterable[Person], asked: set[uuid.UUID], loads: Mapping[uuid.UUID, tuple[int, int | None]]
) -> list[tuple[str, str]]:
    """Choices of a select: who was not asked about this proposal yet, with what they have and can take on in the call."""
    found = [("", gettext("Choose one"))]
    for person in people:
        if person.id not in asked:
            found.append((str(person.id), _with_load(person.name, *loads.get(person.id, (0, None)))))
    return found


def _with_load(name: str, load: int, capacity: int | None) -> str:
    if capacity is None:
        return gettext("%(name)s (has %(load)s)", name=name, load=load)
    return gettext("%(name)s (has %(load)s of %(capacity)s)", name=name, load=load, capacity=capacity)
