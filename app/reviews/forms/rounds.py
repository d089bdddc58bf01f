"""What staff and reviewers type in a round: its dates, and what is said in the discussion."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateTimeLocalField, SelectField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from app.web.forms import AssayForm, stripped

WALLS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]


def phase_field(label: Any) -> Any:
    """A day and time without a zone; left empty, the phase begins by hand only."""
    return DateTimeLocalField(label, format=WALLS, validators=[Optional()])


class RoundForm(AssayForm):
    """From when each phase begins by itself, as the clock on the wall shows it in the call's zone."""

    scoring_at = phase_field(_l("Scoring opens"))
    reading_at = phase_field(_l("Reviewers read each other from"))
    discussing_at = phase_field(_l("The discussion opens"))
    closes_at = phase_field(_l("The round closes"))

    def walls(self) -> dict[str, datetime | None]:
        """Field → wall time, or nothing."""
        return {name: self[name].data for name in ("scoring_at", "reading_at", "discussing_at", "closes_at")}


class SpeakForm(AssayForm):
    """One message of a discussion."""

    text = TextAreaField(
        _l("Your message"),
        filters=[stripped],
        validators=[DataRequired(_l("Write a message first.")), Length(max=10_000)],
        render_kw={"rows": 4},
    )


class UnblindForm(AssayForm):
    """Whose name is to be shown, and why."""

    subject = SelectField(_l("What is to be shown"), validators=[DataRequired(_l("Choose one."))])
    reason = TextAreaField(
        _l("Reason"),
        description=_l("The manager who decides reads it, and it stays on record."),
        filters=[stripped],
        validators=[DataRequired(_l("Give a reason.")), Length(max=4000)],
    )
