"""Reviews of a proposal: invited, answered, scored, and made final when the proposal is tabled."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from app.calls import queries as call_queries
from app.core import clock
from app.developers.worlds.specifications import Moments, ReviewSpec
from app.developers.worlds.story import Story
from app.reviews import queries, services
from app.reviews.models import Review
from app.reviews.sheet import Changes
from workflows.proposal_lifecycle import ProposalState
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
    """Put down the steps of one review."""
    state, who = R(told.reaches), told.by
    story.step(told.at, "invite", DAY, f"{who} invited", partial(_invite, story, told))
    if state in ACCEPTED:
        story.step(told.at, "accept", DAY, f"{who} accepted", partial(_accept, story, told))
    if state in SCORED:
        complete = state is not R.DRAFT
        story.step(told.at, "score", 2 * DAY, f"{who} scoring", partial(_score, story, told, complete))
    if state in SUBMITTED:
        story.step(told.at, "submit", HOUR, f"{who} submitted", partial(_submit, story, told))
    if state in ENDINGS and not (state is R.FINAL and tabled(story)):
        story.step(told.at, "end", DAY, f"{who} {state}", partial(ENDINGS[state], story, told))


def tabled(story: Story) -> bool:
    """Whether the proposal goes on to the committee, which makes its submitted reviews final."""
    return story.spec.reaches not in (ProposalState.ASSESSING.value,)


def plan_tabling(story: Story, at: Moments) -> None:
    """Put down the step that passes a reviewed proposal on to the committee."""
    story.step(at, "table", DAY, "tabled for decision", partial(_table, story))


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


def _accept(story: Story, told: ReviewSpec) -> None:
    actor = story.register.actor(told.by)
    services.accept(review=_review(story, told), no_conflict=True, signed_as=actor.name, actor=actor)


def _submit(story: Story, told: ReviewSpec) -> None:
    services.submit(review=_review(story, told), actor=story.register.actor(told.by))


def _decline(story: Story, told: ReviewSpec) -> None:
    reason = told.reason or "No time in these weeks."
    services.decline(review=_review(story, told), reason=reason, actor=story.register.actor(told.by))


def _declare_conflict(story: Story, told: ReviewSpec) -> None:
    note = told.reason or "I have worked with the applicant."
    services.declare_conflict(review=_review(story, told), note=note, actor=story.register.actor(told.by))


def _recuse(story: Story, told: ReviewSpec) -> None:
    reason = told.reason or "The reviewer is linked to the applicant."
    services.recuse(review=_review(story, told), reason=reason, actor=story.officer())


def _reopen(story: Story, told: ReviewSpec) -> None:
    reason = told.reason or "Please look at the budget again."
    services.reopen(review=_review(story, told), reason=reason, actor=story.officer())


def _finalise(story: Story, told: ReviewSpec) -> None:
    services.finalise(review=_review(story, told), actor=story.officer())


def _table(story: Story) -> None:
    services.table(proposal=story.proposal(), actor=story.officer())


ENDINGS = {
    R.DECLINED: _decline,
    R.CONFLICTED: _declare_conflict,
    R.RECUSED: _recuse,
    R.REOPENED: _reopen,
    R.FINAL: _finalise,
}


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
    words = told.comment or COMMENT
    comments = {section.code: words for section in rubric.sections} if complete else {}
    changes = Changes(scores, {**texts, **comments}, comment_to_applicant=words if complete else None)
    services.save_scores(review=review, changes=changes, actor=story.register.actor(told.by))
