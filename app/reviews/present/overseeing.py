"""What staff see of one proposal's reviews, and of one sheet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext

from app.calls import form_schema
from app.calls.rubric import Criterion, Rubric
from app.core.types import Money
from app.proposals.models import Proposal
from app.reviews import policy, scoring
from app.reviews.budget import BudgetLine
from app.reviews.models import Review
from app.reviews.present.parts import (
    Badge,
    Ball,
    Deadline,
    MoveView,
    badge,
    ball,
    deadline,
    locale,
    moves,
    points,
    proposal_badge,
    recommended_of,
    title_of,
    total_of,
    totals_of,
)
from app.reviews.present.sheet import minutes_text
from app.reviews.queries import DELIVERED
from app.reviews.services import Handed, reassign_refusal
from app.reviews.sheet import Sheet
from app.reviews.visibility import Blind
from app.web.filters import money, translate
from workflows.machine import Offer, Refusal
from workflows.proposal_lifecycle import ProposalState
from workflows.reviewer_scoring import ReviewState


@dataclass(frozen=True)
class ReviewLine:
    """One review in the list of a proposal."""

    reviewer: str
    pseudonym: str
    href: str
    state: Badge
    due: Deadline
    ball: Ball | None
    total: str
    recommended: str
    reassign_url: str


@dataclass(frozen=True)
class ProposalView:
    """The reviews of one proposal, how far they are, and what can be done next."""

    id: str
    reference: str
    title: str
    organisation: str
    call: str
    call_url: str
    state: Badge
    reviews: tuple[ReviewLine, ...]
    delivered: int
    wanted: int
    mean: str
    spread: str
    diverges: bool
    divergence: int
    can_invite: bool
    table_refusal: str
    version: int
    names_url: str


@dataclass(frozen=True)
class ScoreLine:
    """One criterion as it was scored."""

    code: str
    label: str
    max: int
    score: str
    points: str
    reason: str


@dataclass(frozen=True)
class SectionReading:
    """One section of a sheet to read."""

    code: str
    label: str
    max: int
    minimum: int
    points: str
    comment: str
    lines: tuple[ScoreLine, ...]


@dataclass(frozen=True)
class SheetReading:
    """One review for the staff; ``sections`` stay empty for a sheet that nobody may see."""

    id: str
    reference: str
    title: str
    proposal_url: str
    reviewer: str
    pseudonym: str
    state: Badge
    due: Deadline
    total: str
    recommended: str
    comment_to_applicant: str
    note_to_staff: str
    remarks: tuple[tuple[str, str, str], ...]
    minutes: str
    sections: tuple[SectionReading, ...]
    moves: tuple[MoveView, ...]


def proposal_view(
    proposal: Proposal, reviews: Sequence[Review], divergence: int, table_refusal: Refusal | None
) -> ProposalView:
    """The page of one proposal's reviews."""
    summary = scoring.summary(totals_of(reviews), divergence)
    return ProposalView(
        id=str(proposal.id),
        reference=proposal.reference,
        title=proposal.title,
        organisation=proposal.organisation.name,
        call=title_of(proposal.call.title),
        call_url=url_for("reviews.of_call", call_id=proposal.call_id),
        state=proposal_badge(proposal),
        reviews=tuple(_line(r) for r in reviews),
        delivered=summary.count,
        wanted=proposal.call.process["reviews_wanted"],
        mean=points(summary.mean),
        spread=points(summary.spread),
        diverges=summary.diverges,
        divergence=divergence,
        can_invite=proposal.state == ProposalState.ASSESSING.value,
        table_refusal=translate(table_refusal),
        version=proposal.version,
        names_url=url_for("reviews.names", proposal_id=proposal.id) if _is_double(proposal) else "",
    )


def _is_double(proposal: Proposal) -> bool:
    return policy.blind_of(proposal) is Blind.DOUBLE


def _line(review: Review) -> ReviewLine:
    delivered = bool(totals_of([review]))
    return ReviewLine(
        reviewer=review.reviewer.name,
        pseudonym=review.pseudonym,
        href=url_for("reviews.oversee", review_id=review.id),
        state=badge(review),
        due=deadline(review),
        ball=ball(review, review.reviewer.name),
        total=total_of(review),
        recommended=recommended_of(review) if delivered else "",
        reassign_url="" if reassign_refusal(review) else url_for("reviews.reassign_form", review_id=review.id),
    )


def sheet_reading(
    review: Review, rubric: Rubric, handed: Handed, lines: Iterable[BudgetLine], offers: Iterable[Offer]
) -> SheetReading:
    """One review for the staff. A sheet is read once it is handed in, and never when its reviewer stepped back."""
    state = ReviewState(review.state)
    shown = state in DELIVERED or state is ReviewState.REOPENED
    return SheetReading(
        id=str(review.id),
        reference=review.proposal.reference,
        title=review.proposal.title,
        proposal_url=url_for("reviews.of_proposal", proposal_id=review.proposal_id),
        reviewer=review.reviewer.name,
        pseudonym=review.pseudonym,
        state=badge(review),
        due=deadline(review),
        total=total_of(review),
        recommended=recommended_of(review) if shown else "",
        comment_to_applicant=handed.comment if shown else "",
        note_to_staff=handed.note if shown else "",
        remarks=tuple(_remarks(review, handed, lines)) if shown else (),
        minutes=minutes_text(review.seconds_spent) if shown else "",
        sections=section_readings(rubric, handed.sheet) if shown else (),
        moves=moves(review, offers),
    )


def _remarks(review: Review, handed: Handed, lines: Iterable[BudgetLine]) -> Iterable[tuple[str, str, str]]:
    """(line, its amount, what the reviewer remarks on it)."""
    for line in lines:
        if text := handed.remarks.get(line.key):
            label = line.label if isinstance(line.label, str) else form_schema.text(line.label, locale())
            yield label, money(Money(line.amount, line.currency or review.proposal.currency)), text


def section_readings(rubric: Rubric, sheet: Sheet) -> tuple[SectionReading, ...]:
    """A sheet, section by section, with the points that the scores give."""
    by_section = scoring.points_by_section(rubric, sheet.scores)
    return tuple(
        SectionReading(
            code=section.code,
            label=form_schema.text(section.label, locale()),
            max=section.max,
            minimum=section.minimum,
            points=points(by_section.get(section.code)),
            comment=sheet.texts.get(section.code, ""),
            lines=tuple(_score_line(rubric, c, sheet) for c in section.criteria),
        )
        for section in rubric.sections
    )


def _score_line(rubric: Rubric, criterion: Criterion, sheet: Sheet) -> ScoreLine:
    score = sheet.scores.get(criterion.code)
    worth = None if score is None else scoring.criterion_points(rubric, criterion, score)
    return ScoreLine(
        code=criterion.code,
        label=form_schema.text(criterion.label, locale()),
        max=criterion.max,
        score=gettext("Not applicable")
        if criterion.code in sheet.not_applicable
        else ""
        if score is None
        else str(score),
        points=points(worth),
        reason=sheet.texts.get(criterion.code, ""),
    )
