"""What staff type about plans of who reviews what."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.reviews.forms.reviewing import DueForm
from app.reviews.matching.calls import Settings
from app.web.forms import AssayForm, stripped


def _percent(label: Any, default: int, least: int = 0, description: Any = "") -> IntegerField:
    wrong = _l("Write a whole number from %(min)s to 100.")
    checks = [InputRequired(_l("Write a number.")), NumberRange(least, 100, wrong)]
    return IntegerField(label, validators=checks, default=default, description=description)


def _chosen(_form: Any, _field: Any) -> None:
    """One of the choices is always taken, be it the empty one."""


_chosen.field_flags = {"required": True}  # type: ignore[attr-defined]


class PlanForm(AssayForm):
    """What a plan of who reviews what has to keep to."""

    title = StringField(_l("Name of this plan"), filters=[stripped], validators=[Length(max=120)])
    wanted = IntegerField(
        _l("Reviewers for each proposal"),
        validators=[InputRequired(_l("Write a number.")), NumberRange(1, 9, _l("Write a whole number from 1 to 9."))],
    )
    usual = IntegerField(
        _l("Reviews that a reviewer takes who has not said how many"),
        validators=[
            InputRequired(_l("Write a number.")),
            NumberRange(0, 200, _l("Write a whole number from 0 to 200.")),
        ],
        default=5,
    )
    floor = BooleanField(
        _l("Be fair to the worst-served proposal"),
        description=_l(
            "The proposal whose reviewers fit least well gets the best that is possible; the total hardly changes."
        ),
        default=True,
    )
    language = RadioField(
        _l("Who reads the language of the proposal"),
        validators=[_chosen],
        choices=[
            SelectChoice("one", _l("At least one of its reviewers")),
            SelectChoice("all", _l("All of its reviewers")),
            SelectChoice("", _l("Does not matter")),
        ],
        default="one",
    )
    specialist = BooleanField(_l("At least one reviewer knows the main mineral"))
    pillars = RadioField(
        _l("Reviewers from government, supply chain and civil society"),
        validators=[_chosen],
        choices=[
            SelectChoice("prefer", _l("Different ones, where it costs little")),
            SelectChoice("require", _l("Different ones, wherever possible")),
            SelectChoice("", _l("Does not matter")),
        ],
        default="prefer",
    )
    one_per_organisation = BooleanField(_l("At most one reviewer from an organisation for each proposal"), default=True)
    mineral, country, topic = _percent(_l("Minerals"), 50), _percent(_l("Countries"), 15), _percent(_l("Topics"), 35)
    cap = _percent(
        _l("Highest chance of any reviewer for any proposal, in percent"),
        100,
        30,
        _l(
            "Below 100 the plan is drawn by lot, so that nobody can count on getting a certain proposal; languages and "
            "fairness then hold on average."
        ),
    )
    seed = IntegerField(
        _l("Seed"),
        description=_l(
            "Decides between plans that are equally good. The same seed and the same facts give the same plan."
        ),
        validators=[InputRequired(_l("Write a number.")), NumberRange(0, 2**31, _l("Write a whole number from 0."))],
        default=1,
    )

    @property
    def settings(self) -> Settings:
        """What was chosen."""
        return Settings.read({name: self[name].data for name in Settings.__dataclass_fields__})


class ListForm(DueForm):
    """Assignment by a table."""

    file = FileField(
        _l("File (CSV)"),
        description=_l(
            "The columns reference and email, and due if single lines have a day of their own (2026-11-30)."
        ),
        validators=[FileRequired(_l("Choose a file."))],
    )


class StandbyForm(DueForm):
    """Offering somebody's review to a reviewer of the stand-by list."""

    reviewer = SelectField(_l("Offered to"), validators=[InputRequired(_l("Choose a reviewer."))])
    reason = TextAreaField(
        _l("Note"),
        description=_l("For the history of the review."),
        filters=[stripped],
        validators=[Optional(), Length(max=4000)],
    )


class ReserveForm(AssayForm):
    """Putting a reviewer on the stand-by list of a call."""

    reviewer = SelectField(_l("Reviewer"), validators=[InputRequired(_l("Choose a reviewer."))])
