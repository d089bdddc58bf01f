"""What the staff's page of a call says of outages before its deadlines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext, ngettext

from app.calls.form_schema import text
from app.calls.models import Call
from app.calls.present.parts import language_of
from app.calls.services import OutageOffer
from app.web.filters import instant


@dataclass(frozen=True)
class OutageCard:
    """One stage that lost time to an outage, with the extension that would make it good."""

    key: str
    title: str
    what: str
    proposal: str
    reason: str
    url: str
    version: int


def outage_cards(call: Call, offers: Iterable[OutageOffer]) -> tuple[OutageCard, ...]:
    """The offers in words."""
    return tuple(_card(call, offer) for offer in offers)


def _card(call: Call, offer: OutageOffer) -> OutageCard:
    began = instant(offer.loss.began.replace(second=0, microsecond=0), call.zone)
    what = ngettext(
        "The service was unreachable for %(num)s minute of the last 48 hours before the closing time, from %(began)s.",
        "The service was unreachable for %(num)s minutes of the last 48 hours before the closing time, from %(began)s.",
        offer.loss.minutes,
        began=began,
    )
    new = instant(offer.loss.closes_at, call.zone)
    return OutageCard(
        key=offer.stage.key,
        title=text(offer.stage.title, language_of(call)),
        what=what,
        proposal=gettext("Extend for everybody to %(new)s (rounded up to the next quarter of an hour).", new=new),
        reason=what,
        url=url_for("calls.extend_after_outage", code=call.code),
        version=call.version,
    )
