"""What the page of notices shows."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext

from app.notifications import wording
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
