"""The base of all forms, and the fields that several of them share."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, IntegerField, StringField, ValidationError
from wtforms.validators import Optional
from wtforms.widgets import HiddenInput, TextInput

from app.core.errors import DomainError, Invalid
from app.core.types import Money
from app.web.filters import translate


class AssayForm(FlaskForm):
    """A form with protection against forgery, an idempotency key and the version of what it edits."""

    idempotency_key = HiddenField()
    version = IntegerField(validators=[Optional()], widget=HiddenInput())

    @property
    def expected_version(self) -> int | None:
        return self.version.data

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether it is in order; never, when it only came back to be shown after its writer had been signed out."""
        if getattr(request, "is_shown_again", False):
            self.form_errors.append(
                gettext(
                    "You are signed in again. What you typed is in the fields below and is not sent yet: send it now."
                )
            )
            return False
        return bool(super().validate(extra_validators))

    def took(self, act: Callable[[], object]) -> bool:
        """Whether the form is in order and ``act`` took it; what a rule refuses is put beside its field."""
        if not self.validate():
            return False
        try:
            act()
        except Invalid as error:
            self.add_error(error)
            return False
        return True

    def add_error(self, error: DomainError) -> None:
        """Put an error of a service beside its field, or at the top."""
        text = translate(error)
        name = getattr(error, "field", None) if isinstance(error, Invalid) else None
        target: Any = self._fields.get(name or "")
        if target is not None:
            target.errors = [*target.errors, text]
        else:
            self.form_errors.append(text)


def stripped(value: str | None) -> str:
    """Filter: text without outer blanks and without characters no document can carry (NUL, lone surrogates)."""
    text = (value or "").replace("\x00", "").encode("utf-8", "ignore").decode()
    return text.strip()


class MoneyField(StringField):
    """An amount typed as people write it: ``340000``, ``340 000,50``, ``340.000,50``, ``340,000.50``."""

    widget = TextInput()

    def __init__(self, label: Any = None, validators: Any = None, currency: str = "EUR", **kwargs: Any) -> None:
        super().__init__(label, validators, **kwargs)
        self.currency = currency

    def process_formdata(self, valuelist: list[str]) -> None:
        raw = valuelist[0] if valuelist else ""
        self.raw = raw
        self.data = parse_money(raw, self.currency) if raw.strip() else None

    def _value(self) -> str:
        if getattr(self, "raw", None):
            return str(self.raw)
        return f"{self.data.amount:f}" if isinstance(self.data, Money) else ""


def parse_money(text: str, currency: str) -> Money:
    """Read an amount; raises ``ValueError`` with a sentence for people when it is not one, or not unambiguous."""
    bare = "".join(text.split()).replace("\u00a0", "").replace("\u202f", "").replace("€", "").replace("EUR", "")
    marks = [c for c in bare if c in ",."]
    if (
        not bare
        or not bare.replace(",", "").replace(".", "").isascii()
        or not bare.replace(",", "").replace(".", "").isdigit()
    ):
        raise ValueError(_l("Write the amount in digits, for example 340000.00."))
    last = max(bare.rfind(","), bare.rfind("."))
    decimals = len(bare) - last - 1 if marks else 0
    grouped = len(marks) > 1 and len(set(marks)) == 1
    if marks and not grouped and decimals <= 2:
        whole, fraction = bare[:last].replace(",", "").replace(".", ""), bare[last + 1 :]
        bare = f"{whole or '0'}.{fraction or '0'}"
    elif marks and decimals == 3:
        bare = bare.replace(",", "").replace(".", "")
    elif marks:
        raise ValueError(_l("This amount can be read in two ways. Write it like 340000.00."))
    try:
        return Money(Decimal(bare), currency)
    except (InvalidOperation, ValueError) as error:
        raise ValueError(_l("Write the amount in digits, for example 340000.00.")) from error


def positive(_form: Any, field: Field) -> None:
    """Validator: an amount above zero."""
    if field.data is not None and field.data.amount <= 0:
        raise ValidationError(_l("The amount must be more than zero."))
