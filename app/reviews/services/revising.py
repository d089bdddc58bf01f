"""Versions of a sheet: each one handed in is kept, scores are revised in the discussion, and what stood can stand again."""

from __future__ import annotations

from app.core import transitions
from app.core.types import SYSTEM_ACTOR, Actor
from app.extensions import db
from app.reviews import handed_in, policy, queries
from app.reviews.models import CriterionScore, Review, ReviewSubmission
from app.reviews.services.facts import facts_of
from workflows.actors import SYSTEM

TEXTS = ("comment_to_applicant", "note_to_staff", "recommended_minor", "budget_remarks")


def keep_version(review: Review) -> ReviewSubmission:
    """Keep the sheet as it was handed in just now; the review's row is locked by who submits."""
    number = len(queries.submissions_of([review.id])[review.id]) + 1
    lines = queries.entries_of([review.id])[review.id]
    document = handed_in.compose(lines, **{name: getattr(review, name) for name in TEXTS})
    kept = ReviewSubmission(
        review_id=review.id,
        number=number,
        submitted_at=review.submitted_at,
        total_hundredths=review.total_hundredths,
        document=document,
        sha256=handed_in.digest(document),
    )
    db.session.add(kept)
    db.session.flush()
    return kept


def revise(*, review: Review, actor: Actor, expected_version: int | None = None) -> None:
    """Open one's own sheet again in the discussion; what was handed in stays what counts until it is handed in anew."""
    transitions.lock(review.proposal)
    _fire(review, "revise", actor, policy.relations(actor, review), expected_version)


def let_stand(*, review: Review, actor: Actor, expected_version: int | None = None) -> None:
    """Give up a revision: the sheet is again what was handed in last."""
    transitions.lock(review.proposal)
    _fire(review, "let_stand", actor, policy.relations(actor, review), expected_version)
    _restore(review)


def let_stand_by_system(review: Review) -> None:
    """The same when the round is closed or the proposal goes to the committee."""
    _fire(review, "let_stand", SYSTEM_ACTOR, {SYSTEM}, None)
    _restore(review)


def _fire(review: Review, move: str, actor: Actor, relations: set[str] | frozenset[str], version: int | None) -> None:
    transitions.fire(
        review,
        move,
        actor=actor,
        relations=relations,
        facts=lambda: facts_of(review),
        expected_version=version,
        payload={"proposal_id": review.proposal_id, "reviewer_id": review.reviewer_id},
    )


def _restore(review: Review) -> None:
    """Write the last version handed in back onto the sheet."""
    last = queries.submissions_of([review.id])[review.id][-1]
    known = {line.code: line for line in queries.entries_of([review.id])[review.id]}
    for code in sorted(known.keys() | last.document["scores"].keys()):
        line = known.get(code) or CriterionScore(review_id=review.id, code=code)
        line.score = last.document["scores"].get(code)
        line.reason = last.document["texts"].get(code, "")
        line.not_applicable = code in last.document["not_applicable"]
        db.session.add(line)
    for name in TEXTS:
        setattr(review, name, last.document.get(name, getattr(review, name)))
    review.submitted_at, review.total_hundredths = last.submitted_at, last.total_hundredths
    db.session.flush()
