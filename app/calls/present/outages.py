"""What the staff's pages say of more time: outages before a deadline, and the reason in each language of the call."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import url_for
from flask_babel import force_locale, get_locale, gettext, ngettext

from app.calls.form_schema import text
from app.calls.forms import OutageForm, ReasonsForm
from app.calls.models import Call
from app.calls.present.parts import language_of
from app.calls.services import OutageOffer
from app.web.filters import instant


@dataclass(frozen=True)
class ReasonBox:
    """A field for the reason in one language."""

    id: str
    name: str
    language: str
    label: str
    text: str
    errors: tuple[str, ...] = ()


@dataclass(frozen=True)
class OutageCard:
    """One stage that lost time to an outage, with the extension that would make it good."""

    key: str
    title: str
    what: str
    proposal: str
    reasons: tuple[ReasonBox, ...]
    url: str
    version: int


def reason_boxes(form: ReasonsForm, before: str = "") -> tuple[ReasonBox, ...]:
    """The fields of a form, in the order of the call's languages; ``before`` keeps their ids apart from another form's."""
    fields = ((name, form[f"reason_{name}"]) for name in form.languages)
    return tuple(
        ReasonBox(f"{before}{f.id}", f.name, name, str(f.label.text), f.data or "", tuple(map(str, f.errors)))
        for name, f in fields
    )


def outage_cards(call: Call, offers: Iterable[OutageOffer], typed: OutageForm) -> tuple[OutageCard, ...]:
    """The offers in words; the stage that ``typed`` names shows what was typed for it."""
    return tuple(_card(call, offer, typed) for offer in offers)


def _card(call: Call, offer: OutageOffer, typed: OutageForm) -> OutageCard:
    new = instant(offer.loss.closes_at, call.zone)
    key = offer.stage.key
    return OutageCard(
        key=key,
        title=text(offer.stage.title, language_of(call)),
        what=_what(call, offer, str(get_locale() or "en")),
        proposal=gettext("Extend for everybody to %(new)s (rounded up to the next quarter of an hour).", new=new),
        reasons=reason_boxes(typed if typed.stage.data == key else _suggested(call, offer), f"{key}-"),
        url=url_for("calls.extend_after_outage", code=call.code),
        version=call.version,
    )


def _suggested(call: Call, offer: OutageOffer) -> OutageForm:
    """What happened, in each language of the call: a reason to begin with."""
    form = OutageForm(formdata=None)
    form.ask_in(call.languages)
    for name in call.languages:
        form[f"reason_{name}"].data = _what(call, offer, name)
    return form


def _what(call: Call, offer: OutageOffer, language: str) -> str:
    with force_locale(language):
        began = instant(offer.loss.began.replace(second=0, microsecond=0), call.zone)
        return ngettext(
            "The service was unreachable for %(num)s minute of the last 48 hours before the closing time, from %(began)s.",
            "The service was unreachable for %(num)s minutes of the last 48 hours before the closing time, from %(began)s.",
            offer.loss.minutes,
            began=began,
        )
