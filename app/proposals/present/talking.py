"""One question among those who write: what was said about it and how its answer changed; and who is here now."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext, ngettext

from app.calls import queries as call_queries
from app.calls.form_schema import Form, Question, Section, text
from app.calls.present import QuestionView, answer_view
from app.core.types import Actor
from app.proposals import queries, services
from app.proposals.carrying import TEXTS
from app.proposals.models import AnswerChange, Presence, QuestionComment, QuestionThread, StageSubmission
from app.proposals.present.checking import place
from app.proposals.present.parts import Link
from app.proposals.rewriting import Piece, word_differences
from app.web.filters import instant
from app.web.pagination import Page


@dataclass(frozen=True)
class Comment:
    """One comment."""

    who: str
    when: str
    iso: str
    text: str


@dataclass(frozen=True)
class ChangeView:
    """One change: word by word for texts, otherwise what was said before and after."""

    id: uuid.UUID
    label: str
    href: str
    who: str
    when: str
    iso: str
    pieces: tuple[Piece, ...]
    before: QuestionView | None
    after: QuestionView | None
    restore_url: str


@dataclass(frozen=True)
class Pages:
    """The neighbouring pages of a long list."""

    prev_url: str
    next_url: str
    label: str = ""


@dataclass(frozen=True)
class Frame:
    """What stands around pages about answers: which proposal, which stage, and where to go back to."""

    reference: str
    proposal_title: str
    proposal_href: str
    stage: str
    section: Link | None


@dataclass(frozen=True)
class QuestionPage:
    """One question: its answer now, the comments, the changes."""

    frame: Frame
    question: QuestionView
    comments: tuple[Comment, ...]
    settled: str
    is_open: bool
    changes: tuple[ChangeView, ...]
    pages: Pages
    comment_url: str
    settle_url: str


@dataclass(frozen=True)
class TalkLink:
    """The way from a section to one of its questions, with what is said there."""

    label: str
    href: str
    count: str
    is_open: bool


@dataclass(frozen=True)
class HistoryPage:
    """Every change in a section."""

    frame: Frame
    title: str
    talk: tuple[TalkLink, ...]
    changes: tuple[ChangeView, ...]
    pages: Pages


@dataclass(frozen=True)
class Beside:
    """What those who write a section have beside it: who else is here, the talk on each question, the history."""

    present: tuple[str, ...]
    presence_url: str
    section_id: str
    talk: tuple[TalkLink, ...]
    history_href: str


def frame_of(submission: StageSubmission, section: Section | None, actor: Actor, language: str) -> Frame:
    """The frame of a page; the section is a link for who may write in it now."""
    proposal = submission.proposal
    title = text(section.title, language) if section else ""
    open_now = section is not None and section.id in services.editable_sections(submission, actor)
    href = url_for("proposals.section", **place(submission), section_id=section.id) if section and open_now else ""
    return Frame(
        reference=proposal.reference,
        proposal_title=proposal.title,
        proposal_href=url_for("proposals.show", proposal_id=proposal.id),
        stage=text(submission.call_stage.title, language),
        section=Link(title, href) if section else None,
    )


def question_page(
    submission: StageSubmission, question: Question, found: Page, actor: Actor, language: str
) -> QuestionPage:
    """A question for somebody of the applicant's side."""
    where = {**place(submission), "question_id": question.id}
    section = queries.form_of(submission).section_of(question.id)
    thread = queries.thread_on(submission.id, question.id)
    zone = submission.proposal.call.zone
    return QuestionPage(
        frame=frame_of(submission, section, actor, language),
        question=answer_view(question, submission.answers.get(question.id), language=language),
        comments=_comments(queries.comments_in(thread.id) if thread else (), zone),
        settled=_settled(thread, zone),
        is_open=thread is not None and thread.resolved_at is None,
        changes=_changes(submission, found.rows, actor, language),
        pages=Pages(found.prev_url, found.next_url),
        comment_url=url_for("proposals.comment", **where),
        settle_url=url_for("proposals.settle_thread", **where) if thread else "",
    )


def _comments(found: Iterable[QuestionComment], zone: str) -> tuple[Comment, ...]:
    return tuple(Comment(c.author_name, instant(c.created_at, zone), c.created_at.isoformat(), c.text) for c in found)


def _settled(thread: QuestionThread | None, zone: str) -> str:
    if thread is None or thread.resolved_at is None:
        return ""
    return gettext("Settled by %(who)s, %(when)s", who=thread.resolved_by_name, when=instant(thread.resolved_at, zone))


def history_page(
    submission: StageSubmission, section: Section, found: Page, actor: Actor, language: str
) -> HistoryPage:
    """The changes of a section for somebody of the applicant's side."""
    return HistoryPage(
        frame=frame_of(submission, section, actor, language),
        title=text(section.title, language),
        talk=_talk(submission, section, language),
        changes=_changes(submission, found.rows, actor, language),
        pages=Pages(found.prev_url, found.next_url),
    )


def _changes(
    submission: StageSubmission, changes: Iterable[AnswerChange], actor: Actor, language: str
) -> tuple[ChangeView, ...]:
    changes = tuple(changes)
    now = queries.form_of(submission)
    known = {submission.form_version.sha256: now, **call_queries.forms_by_hash({c.form_sha256 for c in changes})}
    mine = services.editable_sections(submission, actor)
    may = {question.id for s in now.sections if s.id in mine for question in s.questions}
    return tuple(_change(submission, change, known, change.question_id in may, language) for change in changes)


def _change(
    submission: StageSubmission, change: AnswerChange, forms: Mapping[str, Form], may_restore: bool, language: str
) -> ChangeView:
    question = forms[change.form_sha256].question(change.question_id) if change.form_sha256 in forms else None
    where: dict[str, Any] = {**place(submission), "question_id": change.question_id}
    is_text = question is None or question.kind in TEXTS
    before, after = _as_text(change.before), _as_text(change.after)
    return ChangeView(
        id=change.id,
        label=text(question.label, language) if question else change.question_id,
        href=url_for("proposals.question", **where),
        who=change.person_name,
        when=instant(change.at, submission.proposal.call.zone),
        iso=change.at.isoformat(),
        pieces=word_differences(before, after) if is_text else (),
        before=None if question is None or is_text else answer_view(question, change.before, language=language),
        after=None if question is None or is_text else answer_view(question, change.after, language=language),
        restore_url=url_for("proposals.restore_answer", **where, change_id=change.id) if may_restore else "",
    )


def _as_text(answer: object) -> str:
    return "" if answer is None else str(answer)


def beside_section(submission: StageSubmission, section: Section, actor: Actor, language: str) -> Beside:
    """What stands beside the page of a section; two queries."""
    return Beside(
        present=present_texts(submission, actor, language),
        presence_url=url_for("proposals.presence", **place(submission)),
        section_id=section.id,
        talk=_talk(submission, section, language),
        history_href=url_for("proposals.section_history", **place(submission), section_id=section.id),
    )


def _talk(submission: StageSubmission, section: Section, language: str) -> tuple[TalkLink, ...]:
    counts = queries.thread_counts(submission.id)
    return tuple(
        TalkLink(
            label=text(question.label, language).rstrip("."),
            href=url_for("proposals.question", **place(submission), question_id=question.id),
            count=ngettext("%(num)s comment", "%(num)s comments", count.comments) if count else "",
            is_open=count is not None and count.is_open,
        )
        for question in section.questions
        for count in [counts.get(question.id)]
    )


def present_texts(submission: StageSubmission, actor: Actor, language: str) -> tuple[str, ...]:
    """Who else has the stage open now, a sentence for each."""
    form = queries.form_of(submission)
    return tuple(_present(one, form, language) for one in queries.here_now(submission.id, actor.person_id))


def _present(one: Presence, form: Form, language: str) -> str:
    section = form.section(one.section_id) if one.section_id else None
    if section is None:
        return gettext("%(name)s has this proposal open", name=one.person_name)
    return gettext("%(name)s is in “%(section)s”", name=one.person_name, section=text(section.title, language))
