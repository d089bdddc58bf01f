"""The sheets of a proposal side by side and what was said about it: what a peer or the staff sees, by the phase."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext

from app.calls import form_schema
from app.calls.rubric import Rubric
from app.core.types import Money
from app.proposals.models import Proposal
from app.reviews import policy, queries, scoring
from app.reviews.models import DiscussionMessage, Review
from app.reviews.present.overseeing import SectionReading, section_readings
from app.reviews.present.parts import Badge, locale, points
from app.reviews.services import Standing
from app.reviews.visibility import Part, Viewer
from app.web.filters import day, instant, money, translate
from workflows.review_round import RoundState
from workflows.reviewer_scoring import ReviewState


@dataclass(frozen=True)
class Changed:
    """One criterion whose score was revised."""

    label: str
    first: str
    now: str


@dataclass(frozen=True)
class OtherSheet:
    """One sheet as handed in; ``name`` is the pseudonym, ``person`` only for who may know it."""

    name: str
    person: str
    own: bool
    rapporteur: bool
    total: str
    first_total: str
    recommended: str
    comment: str
    sections: tuple[SectionReading, ...]
    changes: tuple[Changed, ...]
    rapporteur_url: str


@dataclass(frozen=True)
class Said:
    """One message; reviewers see the day alone, so that hours of work link nobody."""

    who: str
    when: str
    text: str
    summary: bool


@dataclass(frozen=True)
class DiscussionView:
    """The page of the other reviews and the discussion."""

    reference: str
    title: str
    back_url: str
    back: str
    phase: Badge
    sheets: tuple[OtherSheet, ...]
    thread: tuple[Said, ...]
    shows_thread: bool
    post_url: str
    may_sum_up: bool
    summary: str


def standing_sheet(standing: Standing, rubric: Rubric, name: str, person: str = "", **over: object) -> OtherSheet:
    """A sheet to read, with what was revised beside it."""
    revised = standing.total_hundredths != standing.first_hundredths
    minor, currency = standing.recommended_minor, standing.review.proposal.currency
    marks = {"own": False, "rapporteur": False, "rapporteur_url": "", **over}
    return OtherSheet(
        name=name,
        person=person,
        total=points(scoring.from_hundredths(standing.total_hundredths)),
        first_total=points(scoring.from_hundredths(standing.first_hundredths)) if revised else "",
        recommended="" if minor is None else money(Money.from_minor(minor, currency)),
        comment=standing.comment,
        sections=section_readings(rubric, standing.sheet),
        changes=tuple(_changes(standing, rubric)),
        **marks,  # type: ignore[arg-type]
    )


def _changes(standing: Standing, rubric: Rubric) -> Iterable[Changed]:
    for criterion in rubric.criteria:
        first, now = (sheet.scores.get(criterion.code) for sheet in (standing.first, standing.sheet))
        if first != now:
            label = f"{criterion.code} · {form_schema.text(criterion.label, locale())}"
            yield Changed(label, "–" if first is None else str(first), "–" if now is None else str(now))


def peer_view(
    own: Review, standings: Sequence[Standing], thread: Sequence[DiscussionMessage], rubric: Rubric
) -> DiscussionView:
    """What a reviewer sees of the others now."""
    seen = policy.parts(own, Viewer.AUTHOR)
    talk = [message for message in thread if _is_shown(message)] if Part.THREAD in seen else []
    speaking = Part.SPEAKING in seen and policy.is_assessing(own.proposal)
    return DiscussionView(
        reference=own.proposal.reference,
        title=own.proposal.title,
        back_url=url_for("reviews.show", review_id=own.id),
        back=own.proposal.reference,
        phase=_phase(own.proposal),
        sheets=tuple(sheet for one in standings if (sheet := _for_peer(one, own, rubric))),
        thread=tuple(_said_to_peer(message, own) for message in talk),
        shows_thread=Part.THREAD in seen,
        post_url=url_for("reviews.say", review_id=own.id) if speaking else "",
        may_sum_up=speaking and own.rapporteur,
        summary=newest_summary(talk),
    )


def _for_peer(standing: Standing, own: Review, rubric: Rubric) -> OtherSheet | None:
    review = standing.review
    if review.id == own.id:
        mine = gettext("%(name)s (you)", name=review.pseudonym)
        return standing_sheet(standing, rubric, mine, own=True, rapporteur=review.rapporteur)
    seen = policy.parts(review, Viewer.PEER, own)
    if Part.SHEET not in seen:
        return None
    person = review.reviewer.name if Part.REVIEWER in seen else ""
    return standing_sheet(standing, rubric, review.pseudonym, person, rapporteur=review.rapporteur)


def _is_shown(message: DiscussionMessage) -> bool:
    """What somebody said who turned out to have a conflict of interest is for the staff alone."""
    return message.review is None or message.review.state != ReviewState.CONFLICTED.value


def _said_to_peer(message: DiscussionMessage, own: Review) -> Said:
    who = message.review.pseudonym if message.review else gettext("the programme")
    if message.review_id == own.id:
        who = gettext("%(name)s (you)", name=own.pseudonym)
    return Said(who, day(message.created_at, own.proposal.call.zone), message.text, message.summary)


def staff_view(
    proposal: Proposal,
    standings: Sequence[Standing],
    thread: Sequence[DiscussionMessage],
    rubric: Rubric,
    *,
    moderates: bool,
) -> DiscussionView:
    """What the staff sees: everybody with name and pseudonym."""
    phase = queries.phase_of(proposal)
    speaking = moderates and phase is RoundState.DISCUSSING and policy.is_assessing(proposal)
    return DiscussionView(
        reference=proposal.reference,
        title=proposal.title,
        back_url=url_for("reviews.of_proposal", proposal_id=proposal.id),
        back=gettext("Reviews of %(reference)s", reference=proposal.reference),
        phase=_phase(proposal),
        sheets=tuple(_for_staff(one, rubric, moderates) for one in standings),
        thread=tuple(_said_to_staff(message, proposal.call.zone) for message in thread),
        shows_thread=True,
        post_url=url_for("reviews.say_for_programme", proposal_id=proposal.id) if speaking else "",
        may_sum_up=False,
        summary=newest_summary([message for message in thread if _is_shown(message)]),
    )


def _for_staff(standing: Standing, rubric: Rubric, moderates: bool) -> OtherSheet:
    review = standing.review
    url = url_for("reviews.name_rapporteur", review_id=review.id) if moderates and not review.rapporteur else ""
    return standing_sheet(
        standing, rubric, review.pseudonym, review.reviewer.name, rapporteur=review.rapporteur, rapporteur_url=url
    )


def _said_to_staff(message: DiscussionMessage, zone: str) -> Said:
    review = message.review
    who = f"{review.pseudonym} · {review.reviewer.name}" if review else gettext("the programme")
    return Said(who, instant(message.created_at, zone), message.text, message.summary)


def newest_summary(thread: Sequence[DiscussionMessage]) -> str:
    """What the rapporteur wrote last."""
    return next((message.text for message in reversed(thread) if message.summary), "")


def _phase(proposal: Proposal) -> Badge:
    phase = queries.phase_of(proposal)
    return Badge(translate(phase.label), phase.category.value)
