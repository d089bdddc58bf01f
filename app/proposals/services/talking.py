"""Comments on questions among the applicant's side: the programme and reviewers never see them."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.exc import IntegrityError

from app.core import clock, outbox
from app.core.errors import Invalid, NotFound
from app.core.types import SYSTEM_ACTOR, Actor
from app.extensions import db
from app.mines.services import refuse_position
from app.proposals import queries
from app.proposals.models import QuestionComment, QuestionThread, StageSubmission
from app.proposals.services.facts import refuse_strangers
from workflows.machine import N_

LONGEST_COMMENT = 5_000
GATHERED = timedelta(minutes=10)  # so long comments wait for more of them, to be told in one mail


def add_comment(*, submission: StageSubmission, question_id: str, text: str, actor: Actor) -> QuestionComment:
    """Say something about an answer; a settled thread is open again. The others are told in one mail with what follows."""
    refuse_strangers(actor, submission, "proposal.comment")
    if queries.asked_question(submission, question_id) is None:
        raise NotFound()
    words = text.strip()
    if not words:
        raise Invalid(N_("Write a comment first."), field="text")
    if len(words) > LONGEST_COMMENT:
        raise Invalid(N_("Use at most %(most)s characters."), field="text", most=LONGEST_COMMENT)
    refuse_position(words, "text")
    thread = queries.thread_on(submission.id, question_id) or _begin(submission, question_id)
    thread.resolved_at, thread.resolved_by_name = None, ""
    comment = QuestionComment(thread_id=thread.id, author_id=actor.person_id, author_name=actor.name, text=words)
    db.session.add(comment)
    db.session.flush()
    return comment


def _begin(submission: StageSubmission, question_id: str) -> QuestionThread:
    """The thread of a question, also when somebody else begins it at this very moment."""
    try:
        with db.session.begin_nested():
            thread = QuestionThread(stage_submission_id=submission.id, question_id=question_id)
            db.session.add(thread)
    except IntegrityError:
        found = queries.thread_on(submission.id, question_id)
        assert found is not None
        return found
    return thread


def settle_thread(*, submission: StageSubmission, question_id: str, is_open: bool, actor: Actor) -> None:
    """Say that a thread is settled, or open again."""
    refuse_strangers(actor, submission, "proposal.comment")
    thread = queries.thread_on(submission.id, question_id)
    if thread is None:
        raise NotFound()
    if (thread.resolved_at is None) != is_open:
        thread.resolved_at = None if is_open else clock.now()
        thread.resolved_by_name = "" if is_open else actor.name
        db.session.flush()


def tell_of_comments() -> int:
    """Write to those who take part about comments that waited a while, once for each stage; returns for how many."""
    now = clock.now()
    stages = queries.stages_with_untold_comments(now - GATHERED)
    for submission in stages:
        for comment in queries.untold_comments(submission.id):
            comment.told_at = now
        outbox.publish("proposal.comment_added", submission, SYSTEM_ACTOR, told_at=now.isoformat())
    db.session.flush()
    return len(stages)
