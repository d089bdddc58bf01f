"""The stand-by list, and the work that is offered to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext, ngettext

from app.calls.models import Call
from app.core import clock
from app.identity.models import Person
from app.reviews.models import Review
from app.reviews.present.certificate import fit
from app.reviews.present.parts import Badge, badge, title_of
from app.web.filters import instant, number


@dataclass(frozen=True)
class WorkRow:
    """One late or declined review with who would be offered it."""

    reference: str
    title: str
    proposal_url: str
    reviewer: str
    state: Badge
    why: str
    suggestion: str
    offer_url: str


@dataclass(frozen=True)
class StandbyView:
    """What is open in a call, and who is in reserve: (name, load, capacity, id)."""

    call_id: str
    call_title: str
    work: tuple[WorkRow, ...]
    reserve: tuple[tuple[str, str, str, str], ...]


def standby_view(
    call: Call, work: Sequence[Any], reserve: Sequence[Person], loads: Mapping[Any, tuple[int, int | None]]
) -> StandbyView:
    """The page of a call."""
    return StandbyView(
        call_id=str(call.id),
        call_title=title_of(call.title),
        work=tuple(_row(one) for one in work),
        reserve=tuple(_reserve(person, *loads.get(person.id, (0, None))) for person in reserve),
    )


def _reserve(person: Person, load: int, most: int | None) -> tuple[str, str, str, str]:
    return person.name, number(load), "–" if most is None else number(most), str(person.id)


def _row(work: Any) -> WorkRow:
    review: Review = work.review
    return WorkRow(
        reference=review.proposal.reference,
        title=review.proposal.title,
        proposal_url=url_for("reviews.of_proposal", proposal_id=review.proposal_id),
        reviewer=review.reviewer.name,
        state=badge(review),
        why=why(review, work.late),
        suggestion=suggestion(work.candidates[0]) if work.candidates else gettext("Nobody in reserve can read it"),
        offer_url=url_for("reviews.offer_form", review_id=review.id) if work.candidates else "",
    )


def suggestion(candidate: tuple[Person, float]) -> str:
    """A reviewer in reserve with how well they fit."""
    return gettext("%(name)s (fit %(fit)s)", name=candidate[0].name, fit=fit(candidate[1]))


def why(review: Review, late: bool) -> str:
    """How late it is, or that it was given back."""
    if not late:
        return gettext("given back on %(when)s", when=instant(review.state_changed_at, review.proposal.call.zone))
    days = (clock.now() - review.due_at).days
    return ngettext("late by %(num)s day", "late by %(num)s days", days) if days else gettext("late since today")


@dataclass(frozen=True)
class OfferView:
    """One review before it is offered to somebody in reserve, and what will happen."""

    id: str
    reference: str
    title: str
    call_id: str
    why: str
    steps: tuple[str, ...]
    version: int


def offer_view(work: Any) -> OfferView:
    """The look ahead."""
    review: Review = work.review
    names = {"old": review.reviewer.name}
    ends = (
        gettext("The review of %(old)s ends. What was written on the sheet is kept, and nobody reads it.", **names),
        gettext("%(old)s is told by mail that no review is needed any more, without your reason.", **names),
    )
    return OfferView(
        id=str(review.id),
        reference=review.proposal.reference,
        title=review.proposal.title,
        call_id=str(review.proposal.call_id),
        why=f"{review.reviewer.name}: {why(review, work.late)}",
        steps=(*(ends if work.late else ()), gettext("The reviewer whom you choose is invited by mail.")),
        version=review.version,
    )
