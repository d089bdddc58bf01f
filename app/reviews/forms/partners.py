"""The funder's own partners."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from app.web.forms import AssayForm, stripped


class PartnerForm(AssayForm):
    """An organisation that partners with the funder."""

    name = StringField(
        _l("Organisation"),
        filters=[stripped],
        validators=[InputRequired(_l("Give the name of the organisation.")), Length(max=300)],
    )
    website = StringField(
        _l("Website"),
        description=_l("People with an address of the same domain count as its people."),
        filters=[stripped],
        validators=[Length(max=200)],
    )
