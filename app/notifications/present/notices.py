"""What the page of notices shows."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext

from app.calls import queries as calls
from app.calls.form_schema import text
from app.calls.models import Call
from app.calls.present.parts import language_of
from app.calls.present.talk import NewsView, news_view
from app.notifications import queries, wording
from app.notifications.models import Notification
from app.web import filters
from app.web.pagination import Page


@dataclass(frozen=True)
class NoticeView:
    """One notice: its text, when it came, where it leads, and how to mark it as read."""

    text: str
    when: str
    iso: str
    href: str
    unread: bool
    open_url: str
    read_url: str


@dataclass(frozen=True)
class Mark:
    """A badge: a word and the kind of its colour and shape."""

    label: str
    category: str


@dataclass(frozen=True)
class NoticesView:
    """One page of notices."""

    notices: tuple[NoticeView, ...]
    unread: int
    new_mark: Mark
    prev_url: str
    next_url: str
    label: str


def notice_view(notice: Notification) -> NoticeView:
    """A notice in the reader's language."""
    where = wording.folder(notice.event_name, notice.side)
    return NoticeView(
        text=wording.subject(where, notice.params),
        when=filters.instant(notice.created_at.replace(second=0)),
        iso=notice.created_at.isoformat(timespec="seconds"),
        href=notice.path,
        unread=notice.read_at is None,
        open_url=url_for("notifications.open_notice", notice_id=notice.id),
        read_url=url_for("notifications.read_notice", notice_id=notice.id),
    )


def notices_view(page: Page, unread: int) -> NoticesView:
    """A page of notices with its neighbours."""
    return NoticesView(
        notices=tuple(notice_view(notice) for notice in page.rows),
        unread=unread,
        new_mark=Mark(gettext("New"), "active"),
        prev_url=page.prev_url,
        next_url=page.next_url,
        label=gettext("Page %(page)s of %(pages)s", page=page.number, pages=page.pages) if page.pages > 1 else "",
    )


@dataclass(frozen=True)
class AnnouncingView:
    """The page that announces something: in which languages, to how many."""

    code: str
    title: str
    languages: tuple[str, ...]
    people: int
    news: tuple[NewsView, ...]


def announcing_view(call: Call) -> AnnouncingView:
    """What is written before it is sent, and what was announced before."""
    return AnnouncingView(
        code=call.code,
        title=text(call.title, language_of(call)),
        languages=tuple(call.languages),
        people=len(queries.people_to_announce_to(call.id)),
        news=tuple(news_view(one, call) for one in calls.announcements_of([call.id])),
    )
