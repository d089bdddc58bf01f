"""Forms of the administration."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import EmailField, RadioField, SelectChoice, TextAreaField
from wtforms.validators import DataRequired, Length

from app.admin.wording import ROLE_HELP
from app.web.filters import ZONE
from app.web.forms import AssayForm, stripped


class ReasonForm(AssayForm):
    """Why something is done; it is kept with the record."""

    reason = TextAreaField(
        _l("Reason"),
        [DataRequired(_l("Give a reason.")), Length(max=2000)],
        filters=[stripped],
        description=_l("It is kept in the audit trail."),
        render_kw={"rows": 3},
    )


class GrantForm(AssayForm):
    """Who gets which role."""

    email = EmailField(
        _l("E-mail address of the person"),
        [DataRequired(_l("Write the e-mail address.")), Length(max=254)],
        filters=[stripped],
        description=_l("The person needs an account with this address, and must have confirmed it."),
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    role = RadioField(_l("Role"), [DataRequired(_l("Choose one."))])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.role.choices = [SelectChoice(role, gettext(text)) for role, text in ROLE_HELP.items()]


def day_begins(text: str | None, *, after: int = 0) -> datetime | None:
    """The instant at which a day typed as ``2026-06-01`` (or the one ``after`` days later) begins; nothing when unreadable."""
    try:
        day = date.fromisoformat(text or "") + timedelta(days=after)
    except (ValueError, OverflowError):
        return None
    return datetime.combine(day, time(), ZoneInfo(ZONE))
