"""Reviews of a proposal: invited, answered, scored, and made final when the proposal is tabled."""

from __future__ import annotations

from datetime import timedelta

from app.calls import queries as call_queries
from app.core import clock
from app.developers.worlds.specifications import ReviewSpec
from app.developers.worlds.story import Story
from app.reviews import queries, services
from app.reviews.models import Review
from app.reviews.sheet import Changes
from workflows.reviewer_scoring import ReviewState

R = ReviewState
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ACCEPTED = (R.ACCEPTED, R.DRAFT, R.SUBMITTED, R.REOPENED, R.FINAL)
SCORED = (R.DRAFT, R.SUBMITTED, R.REOPENED, R.FINAL)
SUBMITTED = (R.SUBMITTED, R.REOPENED, R.FINAL)
SPREAD = (0, 1, 0, -1)
REASON = "The proposal shows this {how}: see its sections on the plan and on the partners."
HOW = {1: "hardly at all", 2: "only in part", 5: "very convincingly"}
COMMENT = "Clear and well founded; the risks at the sites could be described more closely."


def default_reviews(story: Story) -> tuple[ReviewSpec, ...]:
    """As many final reviews as the call wants, by the programme's reviewers in turn."""
    wanted = int(story.call.process["reviews_wanted"])
    reviewers = story.programme.roles.get("reviewer", ())[:wanted]
    return tuple(ReviewSpec(key, R.FINAL.value, {}, 4, "", "", {}) for key in reviewers)


def plan_review(story: Story, told: ReviewSpec) -> None:
    """Put down the steps of one review. A final one is submitted here; tabling makes it final."""
    state = R(told.reaches)
    story.step(told.at, "invite", DAY, f"{told.by} invited", lambda: _invite(story, told))
    if state in ACCEPTED:
        story.step(
            told.at,
            "accept",
            DAY,
            f"{told.by} accepted",
            lambda: services.accept(review=_review(story, told), no_conflict=True, actor=story.register.actor(told.by)),
        )
    if state in SCORED:
        story.step(told.at, "score", 2 * DAY, f"{told.by} scoring", lambda: _score(story, told, state is not R.DRAFT))
    if state in SUBMITTED:
        story.step(
            told.at,
            "submit",
            HOUR,
            f"{told.by} submitted",
            lambda: services.submit(review=_review(story, told), actor=story.register.actor(told.by)),
        )
    _plan_ending(story, told, state)


def _plan_ending(story: Story, told: ReviewSpec, state: ReviewState) -> None:
    reason = told.reason or "Stated by the reviewer."
    by_reviewer = {R.DECLINED: services.decline, R.RECUSED: services.recuse}
    if state in by_reviewer:
        story.step(
            told.at,
            "end",
            DAY,
            f"{told.by} {state}",
            lambda: by_reviewer[state](review=_review(story, told), reason=reason, actor=story.register.actor(told.by)),
        )
    if state is R.CONFLICTED:
        story.step(
            told.at,
            "end",
            DAY,
            f"{told.by} declared a conflict",
            lambda: services.declare_conflict(
                review=_review(story, told), note=reason, actor=story.register.actor(told.by)
            ),
        )
    if state is R.REOPENED:
        story.step(
            told.at,
            "end",
            DAY,
            f"{told.by} asked to look again",
            lambda: services.reopen(review=_review(story, told), reason=reason, actor=story.officer()),
        )


def plan_tabling(story: Story, at: dict[str, str]) -> None:
    """Put down the step that passes a reviewed proposal on to the committee."""
    story.step(
        at,
        "table",
        DAY,
        "tabled for decision",
        lambda: services.table(proposal=story.proposal(), actor=story.officer()),
    )


def _invite(story: Story, told: ReviewSpec) -> None:
    days = int(story.call.process.get("review_days", 14))
    due_at = story.calendar.instant(told.at["due"]) if "due" in told.at else clock.now() + days * DAY
    services.invite(
        proposal=story.proposal(), reviewer=story.register.person(told.by), due_at=due_at, actor=story.officer()
    )


def _review(story: Story, told: ReviewSpec) -> Review:
    person = story.register.ident("person", told.by)
    found = next(r for r in queries.reviews_of_proposals([story.proposal().id]) if r.reviewer_id == person)
    review = queries.get_review(found.id)
    assert review is not None
    return review


def _score(story: Story, told: ReviewSpec, complete: bool) -> None:
    """Fill in the sheet; a draft has only its first half."""
    review = _review(story, told)
    stage = max(review.proposal.stages, key=lambda s: s.position).call_stage
    rubric = call_queries.rubric_of(stage)
    assert rubric is not None
    criteria = [c for section in rubric.sections for c in section.criteria]
    if not complete:
        criteria = criteria[: max(1, len(criteria) // 2)]
    best = max(step.score for step in rubric.scale)
    scores = {
        c.code: told.scores.get(c.code, min(best, max(1, told.around + SPREAD[place % len(SPREAD)])))
        for place, c in enumerate(criteria)
    }
    texts = {
        code: REASON.format(how=HOW.get(score, "well")) for code, score in scores.items() if score in rubric.justify
    }
    comments = {section.code: told.comment or COMMENT for section in rubric.sections} if complete else {}
    changes = Changes(
        scores, {**texts, **comments}, comment_to_applicant=(told.comment or COMMENT) if complete else None
    )
    services.save_scores(review=review, changes=changes, actor=story.register.actor(told.by))
