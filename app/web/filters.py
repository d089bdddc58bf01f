"""How dates, money and numbers are written in templates and mails."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal
from flask import Flask
from flask_babel import get_locale, gettext

from app.core.types import Money
from workflows.machine import Refusal

ZONE = "Europe/Amsterdam"


def register(app: Flask) -> None:
    """Make the filters known to Jinja."""
    app.jinja_env.filters.update(dt=instant, date=day, money=money, whole_money=whole_money, number=number, t=translate)


def _locale() -> str:
    return str(get_locale() or "en")


def instant(value: datetime | None, zone: str = ZONE) -> str:
    """An instant in its zone, with the zone's name."""
    if value is None:
        return ""
    local = value.astimezone(ZoneInfo(zone))
    pattern = "d MMMM y, HH:mm:ss" if local.second else "d MMMM y, HH:mm"
    return f"{format_datetime(local, pattern, locale=_locale())} {zone}"


def day(value: date | datetime | None, zone: str = ZONE) -> str:
    """A calendar day; of an instant, the day that it is in the zone."""
    if isinstance(value, datetime):
        value = value.astimezone(ZoneInfo(zone)).date()
    return format_date(value, "d MMMM y", locale=_locale()) if value else ""


def money(value: Money | None) -> str:
    """An amount with its currency."""
    return format_currency(value.amount, value.currency, locale=_locale()) if value else ""


def whole_money(value: Money | None) -> str:
    """An amount for running text and headlines: without the decimals when they are zero."""
    return re.sub(r"[.,]00(?=\D*$)", "", money(value))


def number(value: int | Decimal | float | None) -> str:
    """A number in the reader's way of writing."""
    return format_decimal(value, locale=_locale()) if value is not None else ""


class Worded(Protocol):
    """A sentence and its values: a refusal, an error of the services, a flaw."""

    @property
    def message(self) -> str: ...
    @property
    def params(self) -> Mapping[str, object]: ...


def translate(value: str | Worded | None) -> str:
    """A text marked with ``N_`` (a label, a refusal, an error) in the reader's language, with the texts inside it."""
    if not value:
        return ""
    if isinstance(value, str):
        return gettext(value)
    values = {name: translate(v) if isinstance(v, Refusal) else v for name, v in value.params.items()}
    return gettext(value.message, **values) if values else gettext(value.message)
