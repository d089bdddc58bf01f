"""The facts that the guards of a review judge."""

from __future__ import annotations

from dataclasses import replace

from app.calls import queries as calls_queries
from app.calls.rubric import Rubric
from app.core import clock
from app.core.errors import NotFound
from app.proposals import queries as proposals_queries
from app.proposals.models import Proposal
from app.reviews import policy, queries, scoring, sheet
from app.reviews.models import Review
from app.reviews.queries import training
from app.reviews.services.agreeing import has_agreed
from workflows.review_round import RoundState
from workflows.reviewer_scoring import ReviewFacts, ReviewState


def rubric_of(proposal: Proposal) -> Rubric:
    """The grid by which a proposal is scored."""
    rubric = calls_queries.rubric_of(queries.final_stage(proposal).call_stage)
    if rubric is None:
        raise NotFound()
    return rubric


def facts_of(review: Review) -> ReviewFacts:
    """Everything but the sheet; enough for every move except submitting."""
    phase = queries.phase_of(review.proposal)
    return ReviewFacts(
        now=clock.now(),
        due_at=review.due_at,
        proposal_assessing=policy.is_assessing(review.proposal),
        has_conflict=proposals_queries.has_conflict(review.reviewer_id, review.proposal),
        no_conflict_declared=review.no_conflict_declared_at is not None,
        scoring_is_open=phase not in {RoundState.RECRUITING, RoundState.CLOSED},
        discussion_is_open=phase is RoundState.DISCUSSING,
        versions=_versions(review),
        agreement_signed=has_agreed(review),
        training_wanted=training.is_wanted(review.proposal.call, review.reviewer_id),
    )


def _versions(review: Review) -> int:
    """How many versions were handed in; asked for only where it counts."""
    reopened = review.state == ReviewState.REOPENED.value
    return len(queries.submissions_of([review.id])[review.id]) if reopened else 1


def sheet_of(review: Review) -> sheet.Sheet:
    """What stands on the sheet now."""
    return sheet.read(queries.entries_of([review.id])[review.id])


def submit_facts(review: Review) -> ReviewFacts:
    """The facts with what the sheet still lacks."""
    rubric, now = rubric_of(review.proposal), sheet_of(review)
    return replace(
        facts_of(review),
        unscored=scoring.unscored(rubric, now.scores, now.not_applicable),
        unreasoned=scoring.unreasoned(rubric, now.scores, now.texts, now.not_applicable),
        uncommented=scoring.uncommented(rubric, now.texts),
    )
