"""The preview of announcing, and the result as the applicant reads it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import url_for

from app.calls.models import Call
from app.decisions.models import Decision
from app.decisions.present.parts import amount_text, outcome_badge
from app.decisions.present.words import OUTCOME_CATEGORIES, RESULT_LABELS, RESULT_TEXTS
from app.reviews.models import Review
from app.reviews.present.parts import Badge, title_of
from app.web.filters import instant, translate


@dataclass(frozen=True)
class Telling:
    """Who will be told what; ``key`` names the decision in the version previewed."""

    key: str
    reference: str
    title: str
    organisation: str
    outcome: Badge
    amount: str
    headline: str
    conditions: str
    feedback: str
    comments: int


@dataclass(frozen=True)
class AnnounceView:
    """Exactly what confirming would tell."""

    call_title: str
    call_url: str
    tellings: tuple[Telling, ...]
    waiting: int


@dataclass(frozen=True)
class Comment:
    """What one reviewer wrote to the applicant; reviewers are numbered, never named."""

    number: int
    text: str


@dataclass(frozen=True)
class ResultView:
    """An announced decision as its applicant sees it: nothing of votes, rank, scores or rationale."""

    reference: str
    title: str
    organisation: str
    call: str
    proposal_url: str
    headline: str
    text: str
    badge: Badge
    amount: str
    announced: str
    conditions: str
    feedback: str
    comments: tuple[Comment, ...]


def key_of(decision: Decision) -> str:
    """A decision in the version that was looked at."""
    return f"{decision.id}:{decision.version}"


def comments_of(reviews: Iterable[Review]) -> tuple[Comment, ...]:
    """The comments to the applicant; in the order of the pseudonyms, which says nothing."""
    texts = [review.comment_to_applicant.strip() for review in reviews]
    return tuple(Comment(number, text) for number, text in enumerate((t for t in texts if t), 1))


def announce_view(call: Call, ready: Sequence[tuple[Decision, Sequence[Review]]], waiting: int) -> AnnounceView:
    """The preview."""
    return AnnounceView(
        call_title=title_of(call.title),
        call_url=url_for("decisions.of_call", call_id=call.id),
        tellings=tuple(_telling(decision, reviews) for decision, reviews in ready),
        waiting=waiting,
    )


def _telling(decision: Decision, reviews: Sequence[Review]) -> Telling:
    proposal = decision.proposal
    return Telling(
        key=key_of(decision),
        reference=proposal.reference,
        title=proposal.title,
        organisation=proposal.organisation.name,
        outcome=outcome_badge(decision.outcome),
        amount=amount_text(decision),
        headline=translate(RESULT_LABELS[decision.outcome]),
        conditions=decision.conditions,
        feedback=decision.feedback,
        comments=len(comments_of(reviews)),
    )


def result_view(decision: Decision, reviews: Iterable[Review]) -> ResultView:
    """The result page; only ever called with an announced decision."""
    proposal = decision.proposal
    return ResultView(
        reference=proposal.reference,
        title=proposal.title,
        organisation=proposal.organisation.name,
        call=title_of(proposal.call.title),
        proposal_url=url_for("proposals.show", proposal_id=proposal.id),
        headline=translate(RESULT_LABELS[decision.outcome]),
        text=translate(RESULT_TEXTS[decision.outcome]),
        badge=Badge(outcome_badge(decision.outcome).label, OUTCOME_CATEGORIES[decision.outcome]),
        amount=amount_text(decision),
        announced=instant(decision.announced_at, proposal.call.zone),
        conditions=decision.conditions,
        feedback=decision.feedback,
        comments=comments_of(reviews),
    )
