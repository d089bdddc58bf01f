"""Questions and answers and news of a call, each reader's part of them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from flask_babel import get_locale, gettext

from app.calls import queries, services
from app.calls.form_schema import language_shown, text
from app.calls.models import Announcement, Call, CallQuestion
from app.calls.present.parts import language_of
from app.web.filters import instant, translate


@dataclass(frozen=True)
class NewsView:
    """One announcement; ``language`` names that of its text when it is not the page's."""

    title: str
    text: str
    when: str
    iso: str
    language: str = ""


@dataclass(frozen=True)
class AnswerView:
    """A published question with its answer."""

    id: str
    text: str
    answer: str
    when: str


@dataclass(frozen=True)
class Talk:
    """What everybody may read of what was asked and announced."""

    news: tuple[NewsView, ...]
    answers: tuple[AnswerView, ...]
    ask_url: str
    until: str


@dataclass(frozen=True)
class QuestionRow:
    """One question for its asker or for the staff; ``who`` has the ball."""

    id: str
    asked_by: str
    text: str
    when: str
    answer: str
    answered: str
    answered_by: str
    who: str
    published: bool
    url: str
    version: int
    public_text: str
    public_answer: str


def talk_of(call: Call) -> Talk:
    """News and published answers of a call for its public page."""
    return Talk(
        news=tuple(news_view(one, call) for one in queries.announcements_of([call.id])),
        answers=tuple(_answer(one, call) for one in queries.published_answers([call.id])),
        ask_url="" if services.why_not_ask(call) else url_for("calls.questions", code=call.code),
        until=instant(services.questions_until(call), call.zone),
    )


def news_view(news: Announcement, call: Call) -> NewsView:
    """One announcement in the reader's language; an extension says what closes when."""
    language, reader = language_of(call), str(get_locale() or "en")
    stage = next((one for one in call.stages if one.key == news.stage_key), None)
    title = gettext("News")
    if stage is not None and news.closes_at is not None:
        words = gettext("More time: “%(stage)s” closes %(when)s", stage=text(stage.title, language), when="%(when)s")
        title = words.replace("%(when)s", instant(news.closes_at, call.zone))
    return NewsView(
        title=title,
        text=text(news.text, reader),
        when=instant(news.posted_at, call.zone),
        iso=news.posted_at.isoformat(),
        language=language_shown(news.text, reader),
    )


def _answer(question: CallQuestion, call: Call) -> AnswerView:
    when = instant(question.published_at, call.zone)
    return AnswerView(f"answer-{question.id}", question.public_text, question.public_answer, when)


def question_rows(questions: Iterable[CallQuestion], call: Call) -> tuple[QuestionRow, ...]:
    """Questions as a list."""
    return tuple(_row(question, call) for question in questions)


def _row(question: CallQuestion, call: Call) -> QuestionRow:
    waiting = gettext("Waits for the programme") if not question.answer else gettext("Answered")
    return QuestionRow(
        id=str(question.id),
        asked_by=question.asked_by_name,
        text=question.text,
        when=instant(question.created_at, call.zone),
        answer=question.answer,
        answered=instant(question.answered_at, call.zone),
        answered_by=question.answered_by_name,
        who=waiting,
        published=question.published_at is not None,
        url=url_for("calls.answer", code=call.code, question_id=question.id),
        version=question.version,
        public_text=question.public_text,
        public_answer=question.public_answer,
    )


def closed_text(call: Call) -> str:
    """Why nothing can be asked now, or nothing."""
    return translate(services.why_not_ask(call))


def latest_of(
    call_ids: Iterable[uuid.UUID],
) -> dict[uuid.UUID, list[tuple[datetime, str, Announcement | CallQuestion]]]:
    """News and published answers by call, for the feed."""
    ids = list(call_ids)
    found: dict[uuid.UUID, list[tuple[datetime, str, Announcement | CallQuestion]]] = {}
    for news in queries.announcements_of(ids):
        found.setdefault(news.call_id, []).append((news.posted_at, "news", news))
    for answer in queries.published_answers(ids):
        if answer.published_at is not None:
            found.setdefault(answer.call_id, []).append((answer.published_at, "answer", answer))
    return found
