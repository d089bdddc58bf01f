"""Who would be asked after open reviews, with the very mail that each would get."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import force_locale, gettext

from app.calls.form_schema import text
from app.calls.models import Call
from app.calls.present.parts import language_of
from app.core import clock
from app.extensions import current_settings
from app.notifications import context, wording
from app.reviews.services import Candidate
from app.web.filters import instant, translate
from app.web.pagination import page_number
from workflows.machine import N_
from workflows.reviewer_scoring import ReviewState

EVENT = "review.nudged"
PER_PAGE = 50
LANGUAGES = {"en": "English", "fr": "Français", "es": "Español"}
GROUPS = {
    "": N_("Overdue or not answered"),
    "late": N_("Overdue"),
    "unanswered": N_("Not answered"),
    "open": N_("Everybody with open reviews"),
}


@dataclass(frozen=True)
class AskedNudge:
    """Which reviewers the page is about."""

    who: str = ""
    q: str = ""

    @classmethod
    def read(cls, fields: Mapping[str, str]) -> AskedNudge:
        """Unknown words count as nothing asked."""
        who = fields.get("who", "")
        return cls(who if who in GROUPS else "", fields.get("q", "")[:100])


@dataclass(frozen=True)
class NudgeRow:
    """One reviewer: what is open, when last asked, the mail in their language, and why it cannot go now."""

    id: str
    name: str
    language: str
    lang: str
    open: int
    late: int
    last: str
    refusal: str
    forcible: bool
    ticked: bool
    subject: str
    body: str


@dataclass(frozen=True)
class NudgeView:
    """A page of reviewers to ask."""

    call_id: str
    title: str
    rows: tuple[NudgeRow, ...]
    groups: tuple[tuple[str, str], ...]
    chosen: AskedNudge
    total: int
    label: str
    prev_url: str
    next_url: str


def nudge_view(
    call: Call, candidates: Sequence[Candidate], asked: AskedNudge, ticked: Sequence[str] | None = None
) -> NudgeView:
    """``ticked``: ids of the people chosen so far; without any, everybody who can be asked now."""
    found = [one for one in candidates if _fits(one, asked, clock.now())]
    number = min(page_number(), max(1, -(-len(found) // PER_PAGE)))
    page = found[(number - 1) * PER_PAGE : number * PER_PAGE]
    at = _addresses(call, asked)
    return NudgeView(
        call_id=str(call.id),
        title=text(call.title, language_of(call)),
        rows=tuple(_row(one, call, ticked) for one in page),
        groups=tuple((key, gettext(label)) for key, label in GROUPS.items() if key),
        chosen=asked,
        total=len(found),
        label=gettext("Page %(page)s, %(total)s reviewers", page=number, total=len(found)),
        prev_url=at(page=number - 1) if number > 1 else "",
        next_url=at(page=number + 1) if number * PER_PAGE < len(found) else "",
    )


def _addresses(call: Call, asked: AskedNudge) -> Callable[..., str]:
    def at(**changes: Any) -> str:
        values = {"who": asked.who, "q": asked.q, **changes}
        return url_for("notifications.nudge_form", call_id=call.id, **{k: v for k, v in values.items() if v})

    return at


def _fits(one: Candidate, asked: AskedNudge, now: datetime) -> bool:
    late = any(r.due_at <= now for r in one.reviews)
    unanswered = any(r.state == ReviewState.INVITED.value for r in one.reviews)
    groups = {"": late or unanswered, "late": late, "unanswered": unanswered, "open": True}
    return groups[asked.who] and asked.q.strip().casefold() in one.person.name.casefold()


def _row(one: Candidate, call: Call, ticked: Sequence[str] | None) -> NudgeRow:
    subject, body = _mail(one, call)
    ident = str(one.person.id)
    return NudgeRow(
        id=ident,
        name=one.person.name,
        language=LANGUAGES.get(one.person.locale, one.person.locale),
        lang=one.person.locale,
        open=len(one.reviews),
        late=sum(r.due_at <= clock.now() for r in one.reviews),
        last=instant(one.last, call.zone) if one.last else "",
        refusal=translate(one.refusal),
        forcible=one.recent,
        ticked=one.refusal is None if ticked is None else ident in ticked,
        subject=subject,
        body=body,
    )


def _mail(one: Candidate, call: Call) -> tuple[str, str]:
    """Subject and text as they will be mailed, by the same templates and in the receiver's language."""
    settings = current_settings()
    with force_locale(one.person.locale):
        values = {
            "call": " ".join(text(call.title, one.person.locale).split()),
            "open_reviews": context.open_reviews(one.reviews),
            "name": " ".join(one.person.name.split()),
            "link": settings.base_url + url_for("reviews.inbox"),
            "home": settings.base_url + "/",
            "instance": settings.instance_name,
            "lang": one.person.locale,
        }
        return wording.subject(EVENT, values), wording.text(EVENT, values)
