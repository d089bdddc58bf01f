"""Calls as entries of the feed and as moments of the calendar, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from flask_babel import gettext

from app.calls.feeds import Entry, Moment
from app.calls.form_schema import text
from app.calls.models import Announcement, Call, CallQuestion, CallStage
from app.calls.present.parts import language_of
from app.calls.present.talk import latest_of, news_view
from app.web.filters import instant
from app.web.security import external_url
from workflows.call_lifecycle import CallState


def feed_entries(calls: Iterable[Call]) -> Iterator[Entry]:
    """One entry for each published call."""
    found = list(calls)
    latest = latest_of(call.id for call in found)
    for call in found:
        yield from _news_entries(call, latest.get(call.id, ()))
        language, published = language_of(call), call.published_at or call.created_at
        closes = (
            gettext("%(stage)s closes", stage=text(stage.title, language)) + f": {instant(stage.closes_at, call.zone)}"
            for stage in call.stages
        )
        yield Entry(
            ident=str(call.id),
            title=text(call.title, language),
            summary="\n".join((text(call.summary, language), *closes)),
            url=external_url("calls.show", code=call.code),
            published=published,
            updated=max(published, call.state_changed_at),
        )


def _news_entries(call: Call, latest: Iterable[tuple[datetime, str, Announcement | CallQuestion]]) -> Iterator[Entry]:
    """News and published answers of a call, each an entry of its own."""
    title, url = text(call.title, language_of(call)), external_url("calls.show", code=call.code)
    for at, _, one in latest:
        if isinstance(one, Announcement):
            view = news_view(one, call)
            yield Entry(str(one.id), f"{view.title}: {title}", view.text, url, at, at, view.language)
        else:
            words = f"{one.public_text}\n{one.public_answer}"
            yield Entry(str(one.id), gettext("Question answered: %(call)s", call=title), words, url, at, at)


def calendar_moments(calls: Iterable[Call]) -> Iterator[Moment]:
    """When each call opens, and when each of its stages closes."""
    for call in calls:
        yield _opening(call)
        for stage in call.stages:
            yield _closing(call, stage)


def _opening(call: Call) -> Moment:
    title = text(call.title, language_of(call))
    return _moment(call, f"{call.id}-opens", gettext("Opens: %(call)s", call=title), call.opens_at, call.version)


def _closing(call: Call, stage: CallStage) -> Moment:
    """The sequence counts the changes of the call and of the stage: an extension changes the stage."""
    language = language_of(call)
    words = gettext("%(stage)s closes", stage=text(stage.title, language))
    title = f"{words}: {text(call.title, language)}"
    return _moment(call, f"{stage.id}-closes", title, stage.closes_at, call.version + stage.version, alarms=True)


def _moment(call: Call, ident: str, title: str, at: datetime, sequence: int, *, alarms: bool = False) -> Moment:
    return Moment(
        ident=ident,
        title=title,
        text=gettext("Exact time: %(time)s. What arrives later is not accepted.", time=instant(at, call.zone))
        if alarms
        else instant(at, call.zone),
        url=external_url("calls.show", code=call.code),
        at=at,
        stamp=call.state_changed_at,
        sequence=sequence,
        cancelled=call.state == CallState.CANCELLED,
        alarms=alarms,
    )
