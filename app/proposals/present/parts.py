"""Small parts that several pages of proposals show: badges, deadlines, moves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import format_timedelta, gettext

from app.core import clock
from app.proposals.models import SealedSubmission
from app.web.filters import instant, translate
from workflows.lateness import lateness
from workflows.machine import Offer, State


@dataclass(frozen=True)
class Badge:
    """A state as word, shape and colour."""

    label: str
    category: str


@dataclass(frozen=True)
class Deadline:
    """A closing time with its zone; it counts down in its last week."""

    when_text: str
    zone: str
    iso: str
    countdown: str
    now_iso: str


@dataclass(frozen=True)
class OfferView:
    """A move the reader's role allows, possible or with the reason why not."""

    name: str
    label: str
    url: str
    refusal: str
    needs_reason: bool
    tone: str
    version: int
    fields_url: str = ""
    mend_url: str = ""


@dataclass(frozen=True)
class Link:
    """A word that leads somewhere."""

    label: str
    href: str


def badge_of(state: State, for_applicant: bool) -> Badge:
    """A state in the words of the reader's side."""
    return Badge(translate(state.public_label if for_applicant else state.label), state.category.value)


def deadline_of(moment: datetime, zone: str) -> Deadline:
    """A deadline in the call's zone."""
    now = clock.now()
    left = moment - now
    soon = timedelta(0) < left <= timedelta(days=7)
    countdown = format_timedelta(left, add_direction=True, threshold=1.2) if soon else ""
    passed = gettext("This time has passed.") if left <= timedelta(0) else ""
    return Deadline(instant(moment, zone), zone, moment.isoformat(), countdown or passed, now.isoformat())


def received_text(sealed: SealedSubmission, zone: str) -> str:
    """When a version arrived; one that came in the grace time of its call is marked so."""
    when = instant(sealed.submitted_at, zone)
    if not sealed.late_seconds:
        return when
    late = translate(lateness(sealed.late_seconds))
    return gettext("%(when)s: %(late)s late, within the grace time of the call", when=when, late=late)


def offer_view(offer: Offer, version: int, url: str, fields_url: str = "", mend_url: str = "") -> OfferView:
    """A move as the move panel shows it."""
    return OfferView(
        name=offer.move.name,
        label=translate(offer.move.label),
        url=url,
        refusal=translate(offer.refusal),
        needs_reason=offer.move.reason,
        tone=offer.move.tone,
        version=version,
        fields_url=fields_url,
        mend_url=mend_url if offer.refusal else "",
    )
