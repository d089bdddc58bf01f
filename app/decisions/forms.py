"""The shape of what is typed about decisions."""

from __future__ import annotations

from typing import Any, TypeVar

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import Field, HiddenField, RadioField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length

from app.decisions.present.words import CHOICE_LABELS, OUTCOME_LABELS
from app.web.filters import translate
from app.web.forms import AssayForm, MoneyField, stripped

LONG = [Length(max=10_000, message=_l("Use at most 10,000 characters."))]
SHORT = [Length(max=2_000, message=_l("Use at most 2,000 characters."))]


def amount_field(currency: str) -> MoneyField:
    """The amount of an award, in the currency of the call."""
    return MoneyField(_l("Amount"), description=_l("Only for an award; not more than was asked."), currency=currency)


class DecisionForm(AssayForm):
    """What is decided on one proposal."""

    outcome = RadioField(_l("Outcome"), validators=[InputRequired(_l("Choose what is decided."))])
    amount = amount_field("EUR")
    rationale = TextAreaField(
        _l("Rationale"),
        description=_l("For the committee and the record; the applicant does not see it."),
        filters=[stripped],
        validators=[DataRequired(_l("Say why.")), *LONG],
    )
    conditions = TextAreaField(
        _l("Conditions"),
        description=_l("What must be met before the agreement. The applicant reads this with the result."),
        filters=[stripped],
        validators=LONG,
    )
    feedback = TextAreaField(
        _l("Feedback to the applicant"),
        description=_l("Read by the applicant with the result."),
        filters=[stripped],
        validators=LONG,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.outcome.choices = [(code, translate(label)) for code, label in OUTCOME_LABELS.items()]

    def validate_amount(self, amount: Field) -> None:
        if self.outcome.data == "awarded" and amount.data is None:
            raise ValidationError(gettext("An award needs an amount."))


class ReviseForm(DecisionForm):
    """A change of what was proposed."""

    reason = TextAreaField(
        _l("Reason for the change"),
        description=_l("A new round of votes begins; the votes so far are kept with their round."),
        filters=[stripped],
        validators=[DataRequired(_l("Give a reason.")), *SHORT],
    )


FormClass = TypeVar("FormClass", bound=DecisionForm)


def in_currency(form: type[FormClass], currency: str) -> type[FormClass]:
    """The form with its amount in another currency."""
    return type(form.__name__, (form,), {"amount": amount_field(currency)})


class VoteForm(AssayForm):
    """One member's vote."""

    choice = RadioField(_l("Your vote"), validators=[InputRequired(_l("Choose how you vote."))])
    note = TextAreaField(_l("Note"), filters=[stripped], validators=SHORT)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choice.choices = [(code, translate(label)) for code, label in CHOICE_LABELS.items()]


class MoveForm(AssayForm):
    """A move with its reason."""

    reason = TextAreaField(_l("Reason"), filters=[stripped], validators=SHORT)


class ByRankForm(AssayForm):
    """Confirming the previewed plan; what is skipped stands beside it in the page."""

    fingerprint = HiddenField()
    skip_reason = TextAreaField(_l("Why a proposal is skipped"), filters=[stripped], validators=SHORT)


class AnnounceForm(AssayForm):
    """Confirming the previewed announcement; the chosen decisions stand beside it in the page."""
