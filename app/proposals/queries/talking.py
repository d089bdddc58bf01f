"""What is said about answers on the applicant's side, and who of them is here now."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from app.core import clock
from app.extensions import db
from app.identity.models import Person
from app.proposals.models import Presence, QuestionComment, QuestionThread, StageSubmission

FORGOTTEN_AFTER = timedelta(minutes=1)


@dataclass(frozen=True)
class ThreadCount:
    """How many comments a question has, and whether they are settled."""

    comments: int
    is_open: bool


def thread_on(submission_id: uuid.UUID, question_id: str) -> QuestionThread | None:
    """The thread of a question, if somebody ever began it."""
    query = select(QuestionThread).where(
        QuestionThread.stage_submission_id == submission_id, QuestionThread.question_id == question_id
    )
    return db.session.scalar(query)


def comments_in(thread_id: uuid.UUID) -> list[QuestionComment]:
    """The comments of a thread, oldest first."""
    query = select(QuestionComment).where(QuestionComment.thread_id == thread_id)
    return list(db.session.scalars(query.order_by(QuestionComment.created_at, QuestionComment.id)))


def thread_counts(submission_id: uuid.UUID) -> dict[str, ThreadCount]:
    """Question id → its comments, of every question of a stage that has some. One query."""
    query = (
        select(QuestionThread.question_id, QuestionThread.resolved_at, func.count(QuestionComment.id).label("comments"))
        .join(QuestionComment, QuestionComment.thread_id == QuestionThread.id)
        .where(QuestionThread.stage_submission_id == submission_id)
        .group_by(QuestionThread.id, QuestionThread.question_id, QuestionThread.resolved_at)
    )
    return {row.question_id: ThreadCount(row.comments, row.resolved_at is None) for row in db.session.execute(query)}


def stages_with_untold_comments(before: datetime) -> list[StageSubmission]:
    """The stages of which a comment from before an instant was not told to anybody yet, each once."""
    waiting = (
        select(QuestionThread.stage_submission_id)
        .join(QuestionComment, QuestionComment.thread_id == QuestionThread.id)
        .where(QuestionComment.told_at.is_(None), QuestionComment.created_at <= before)
    )
    query = select(StageSubmission).where(StageSubmission.id.in_(waiting)).order_by(StageSubmission.id)
    return list(db.session.scalars(query))


def untold_comments(submission_id: uuid.UUID) -> list[QuestionComment]:
    """The comments of a stage that nobody was told of yet."""
    query = (
        select(QuestionComment)
        .join(QuestionComment.thread)
        .where(QuestionThread.stage_submission_id == submission_id, QuestionComment.told_at.is_(None))
        .order_by(QuestionComment.id)
    )
    return list(db.session.scalars(query))


def people_told_of(submission_id: uuid.UUID, told_at: datetime, also: Collection[uuid.UUID]) -> list[Person]:
    """Who takes part in the threads told of at that instant, or is named besides, and did not write all that is new."""
    threads = select(QuestionComment.thread_id).where(QuestionComment.told_at == told_at)
    rows = db.session.execute(
        select(QuestionComment.author_id, QuestionComment.told_at)
        .join(QuestionComment.thread)
        .where(QuestionThread.stage_submission_id == submission_id, QuestionComment.thread_id.in_(threads))
    ).all()
    new = {row.author_id for row in rows if row.told_at == told_at}
    wanted = {row.author_id for row in rows} | set(also)
    heard = wanted if len(new) > 1 else wanted - new
    return list(db.session.scalars(select(Person).where(Person.id.in_(heard)).order_by(Person.name, Person.id)))


def here_now(submission_id: uuid.UUID, but: uuid.UUID | None) -> list[Presence]:
    """Who else has a stage open now, by name; forgotten a minute after their page was heard of last."""
    query = (
        select(Presence)
        .where(
            Presence.stage_submission_id == submission_id,
            Presence.person_id != but,
            Presence.seen_at > clock.unshifted() - FORGOTTEN_AFTER,
        )
        .order_by(Presence.person_name, Presence.id)
    )
    return list(db.session.scalars(query))
