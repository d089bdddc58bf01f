"""Writing on a score sheet, and handing it in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy.orm.attributes import flag_modified

from app.core import clock, transitions
from app.core.errors import MoveRefused, NotFound
from app.core.types import Actor, Money
from app.extensions import db
from app.reviews import merging, policy, queries, scoring
from app.reviews.models import CriterionScore, Review
from app.reviews.services.facts import facts_of, rubric_of, sheet_of, submit_facts
from app.reviews.services.revising import keep_version
from app.reviews.sheet import NOT_APPLICABLE, Changes, Sheet
from workflows.actors import REVIEWER
from workflows.machine import N_, Refusal
from workflows.review_round import RoundState
from workflows.reviewer_scoring import ReviewState

LONGEST_STRETCH, SHORTEST_STRETCH = timedelta(minutes=15), timedelta(seconds=30)
EDITABLE = frozenset({ReviewState.ACCEPTED.value, ReviewState.DRAFT.value, ReviewState.REOPENED.value})
SHUT = frozenset({RoundState.RECRUITING, RoundState.CLOSED})


def is_editable(review: Review) -> bool:
    """Whether the sheet can be written on in its state and in the phase of its round."""
    return review.state in EDITABLE and queries.phase_of(review.proposal) not in SHUT


def save_scores(*, review: Review, changes: Changes, actor: Actor, expected_version: int | None = None) -> None:
    """Write what changed, as a draft. The first words start the scoring. Raises ``Conflict`` for a stale version."""
    begin_writing(review, actor, expected_version)
    write(review, changes)


def begin_writing(review: Review, actor: Actor, expected_version: int | None = None) -> None:
    """Lock a sheet that may be written on now."""
    transitions.lock(review, expected_version)
    _may_write(review, actor)
    if review.state == ReviewState.ACCEPTED.value:
        _start(review, actor)


def write(review: Review, changes: Changes, client: str = "") -> None:
    """Write on a locked sheet, and note which fields changed at which version, and on which open page."""
    before = values_of(review, changes.remarks)
    _write_entries(review, changes)
    _write_remarks(review, changes)
    _count_time(review)
    if changes.comment_to_applicant is not None:
        review.comment_to_applicant = changes.comment_to_applicant
    if changes.note_to_staff is not None:
        review.note_to_staff = changes.note_to_staff
    if changes.recommended_given:
        review.recommended_minor = changes.recommended_minor
    review.scores_saved_at = clock.now()
    flag_modified(review, "scores_saved_at")  # so that the version moves, even within one instant
    db.session.flush()
    if names := merging.changed(before, values_of(review, changes.remarks)):
        review.field_versions = review.field_versions | {name: [review.version + 1, client] for name in names}
        db.session.flush()


def values_of(review: Review, lines: Iterable[str] = ()) -> dict[str, str]:
    """Every field of the sheet by its posted name, as a page shows it; ``lines``: those of the budget."""
    rubric, sheet = rubric_of(review.proposal), sheet_of(review)
    minor, currency = review.recommended_minor, review.proposal.currency
    found = {f"score-{c.code}": _score(sheet, c.code) for c in rubric.criteria}
    found |= {f"reason-{c.code}": sheet.texts.get(c.code, "") for c in rubric.criteria}
    found |= {f"comment-{s.code}": sheet.texts.get(s.code, "") for s in rubric.sections}
    found |= {f"remark-{key}": review.budget_remarks.get(key, "") for key in lines}
    return found | {
        "comment_to_applicant": review.comment_to_applicant,
        "note_to_staff": review.note_to_staff,
        "recommended": "" if minor is None else f"{Money.from_minor(minor, currency).amount:f}",
    }


def _score(sheet: Sheet, code: str) -> str:
    score = sheet.scores.get(code)
    return NOT_APPLICABLE if code in sheet.not_applicable else "" if score is None else str(score)


def _may_write(review: Review, actor: Actor) -> None:
    if REVIEWER not in policy.relations(actor, review):
        raise NotFound()
    if review.state in EDITABLE and not is_editable(review):
        raise MoveRefused(N_("The proposals are not open for scoring now."))
    if not is_editable(review):
        state = review.workflow.state(review.state)
        raise MoveRefused(N_("This is not possible while the state is “%(state)s”."), state=state.label)


def _start(review: Review, actor: Actor) -> None:
    transitions.fire(
        review,
        "start",
        actor=actor,
        relations=policy.relations(actor, review),
        facts=lambda: facts_of(review),
        payload={"proposal_id": review.proposal_id},
    )


def _write_entries(review: Review, changes: Changes) -> None:
    known = {entry.code: entry for entry in queries.entries_of([review.id])[review.id]}
    for code in dict.fromkeys((*changes.scores, *changes.texts)):
        entry = known.get(code)
        if entry is None:
            entry = CriterionScore(review_id=review.id, code=code, reason="")
            db.session.add(entry)
        if code in changes.scores:
            entry.score, entry.not_applicable = changes.scores[code], code in changes.not_applicable
        if code in changes.texts:
            entry.reason = changes.texts[code]


def _write_remarks(review: Review, changes: Changes) -> None:
    kept = {**review.budget_remarks, **changes.remarks}
    review.budget_remarks = {line: text for line, text in kept.items() if text}


def _count_time(review: Review) -> None:
    """Estimate the time of work from one save to the next; a longer break than ``LONGEST_STRETCH`` does not count."""
    began = review.scores_saved_at or review.state_changed_at
    stretch = clock.now() - began
    worked = stretch if timedelta(0) < stretch <= LONGEST_STRETCH else SHORTEST_STRETCH
    review.seconds_spent += int(worked.total_seconds())


def submit_refusals(review: Review, actor: Actor) -> tuple[Refusal, ...]:
    """Everything that stands in the way of submitting, not only the first."""
    state = review.workflow.state(review.state)
    row = review.workflow.row("submit", state)
    facts = submit_facts(review)
    if row is None or not row.actors & policy.relations(actor, review):
        refusal = review.workflow.why_not("submit", state, policy.relations(actor, review), facts)
        return (refusal,) if refusal else ()
    return tuple(refusal for guard in row.needs if (refusal := guard(facts)))


def is_flat(review: Review) -> bool:
    """Whether every criterion of the sheet got the same score: the reviewer is asked once whether that is meant."""
    return scoring.is_flat(rubric_of(review.proposal), sheet_of(review).scores)


def submit(*, review: Review, actor: Actor, expected_version: int | None = None) -> None:
    """Hand in the sheet with its total; the proposal is locked first, so that it is not tabled meanwhile."""
    transitions.lock(review.proposal)
    transitions.lock(review, expected_version)
    scores = sheet_of(review).scores
    total = scoring.weighted_total(rubric_of(review.proposal), scores)
    review.total_hundredths = scoring.to_hundredths(total)
    review.submitted_at = clock.now()
    db.session.flush()
    transitions.fire(
        review,
        "submit",
        actor=actor,
        relations=policy.relations(actor, review),
        facts=lambda: submit_facts(review),
        payload={"proposal_id": review.proposal_id, "reviewer_id": review.reviewer_id},
        total=str(total),
        scores=dict(scores),
    )
    keep_version(review)
