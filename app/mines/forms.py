"""The form that registers a site."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from app.mines import geo, vocabulary
from app.mines.present import country_choices, mineral_name
from app.web.filters import translate
from app.web.forms import AssayForm, stripped

NO_STATUS = "none"


def _degrees(limit: int) -> Any:
    def check(_form: Any, field: Any) -> None:
        if geo.parse_degrees(field.data or "", limit) is None:
            raise ValidationError(_l("Write the degrees like -1.9641 or 1° 57' 50\" S."))

    return check


class SiteFactsForm(AssayForm):
    """What may change in the life of a site, apart from its step."""

    name = StringField(_l("Name of the site"), [InputRequired(_l("Write the name.")), Length(max=160)], [stripped])
    admin1 = StringField(_l("Province or region"), [Length(max=120)], [stripped])
    minerals = SelectMultipleField(
        _l("Minerals"),
        [InputRequired(_l("Choose at least one mineral."))],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    workers = IntegerField(
        _l("Number of people working there"),
        [Optional(), NumberRange(0, 1_000_000, _l("Write a number of people."))],
        description=_l("Leave it empty when it is not known: unknown is not zero."),
    )
    activity = SelectField(_l("Activity"), [InputRequired()])
    icglr_status = SelectField(
        _l("ICGLR certification status"),
        description=_l("Only for member states of the ICGLR."),
        coerce=lambda value: None if value in (None, "", NO_STATUS, "None") else int(value),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.minerals.choices = [(code, mineral_name(code)) for code in vocabulary.MINERALS]
        self.activity.choices = [(code, translate(label)) for code, label in vocabulary.ACTIVITIES.items()]
        statuses = (
            (s.code, f"{s.code} {translate(s.word)}: {translate(s.meaning)}") for s in vocabulary.ICGLR.values()
        )
        self.icglr_status.choices = [(None, _l("Not known or not applicable")), *statuses]

    def facts(self) -> dict[str, Any]:
        """The facts as the service wants them."""
        return {
            "name": self.name.data,
            "admin1": self.admin1.data,
            "minerals": self.minerals.data,
            "workers": self.workers.data,
            "activity": self.activity.data,
            "icglr_status": self.icglr_status.data,
        }


class SiteForm(SiteFactsForm):
    """A new site with its exact position, which is never shown again except on its own, logged page."""

    country = SelectField(_l("Country"), [InputRequired(_l("Choose the country."))])
    latitude = StringField(
        _l("Latitude"), [InputRequired(_l("Write the latitude.")), _degrees(90)], description=_l("For example -1.9641.")
    )
    longitude = StringField(
        _l("Longitude"),
        [InputRequired(_l("Write the longitude.")), _degrees(180)],
        description=_l("For example 30.0619."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country.choices = [("", _l("Choose one")), *country_choices()]

    def facts(self) -> dict[str, Any]:
        return {
            **super().facts(),
            "country": self.country.data,
            "latitude": self.latitude.data,
            "longitude": self.longitude.data,
        }
