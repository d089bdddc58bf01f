"""The shape of what staff type about searches."""

from __future__ import annotations

import uuid
from datetime import date, datetime, time
from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from app.core import clock
from app.dashboard.searching.parsing import LONGEST
from app.web.filters import ZONE
from app.web.forms import AssayForm, stripped


class KeepForm(AssayForm):
    """Keeping a search by name."""

    q = HiddenField(validators=[Length(max=LONGEST)])
    sort = HiddenField(validators=[Length(max=20)])
    name = StringField(
        _l("Name"), filters=[stripped], validators=[InputRequired(_l("Give the search a name.")), Length(max=80)]
    )
    programme = SelectField(_l("Programme"), validators=[InputRequired(_l("Choose a programme that you work for."))])
    shared = BooleanField(
        _l("Share it with the staff of this programme"), description=_l("Each of them finds only what they may see.")
    )

    @property
    def programme_id(self) -> uuid.UUID | None:
        """The programme chosen, if it is the id of anything."""
        try:
            return uuid.UUID(self.programme.data)
        except (TypeError, ValueError):
            return None


class ActForm(AssayForm):
    """One act on the proposals found: those ticked."""

    q = HiddenField(validators=[Length(max=LONGEST)])
    act = SelectField(_l("Do this"), validators=[InputRequired(_l("Choose what to do."))])
    due_on = DateField(_l("New due date"), description=_l("For “Set a due date”."), validators=[Optional()])
    text = TextAreaField(
        _l("Message"),
        description=_l("For “Write to the applicants”. All of them read the same text."),
        filters=[stripped],
        validators=[Length(max=4000)],
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Each act wants its own field; what it wants is asked for beside it."""
        good = super().validate(extra_validators)
        if self.act.data == "due" and not self.due_on.errors and not self._has_a_day_to_come():
            self.due_on.errors = [*self.due_on.errors, gettext("Give a date in the future.")]
        if self.act.data == "message" and not self.text.data:
            self.text.errors = [*self.text.errors, gettext("Write a message first.")]
        if good and not self.chosen:
            self.form_errors.append(gettext("Tick at least one proposal."))
        return good and bool(self.chosen) and not self.due_on.errors and not self.text.errors

    def _has_a_day_to_come(self) -> bool:
        day = self.due_on.data
        return day is not None and date(2000, 1, 1) <= day <= date(2100, 1, 1) and self.due_at > clock.now()

    @property
    def due_at(self) -> datetime:
        """The last minute of the chosen day."""
        return clock.from_wall_time(datetime.combine(self.due_on.data, time(23, 59)), ZONE)

    @property
    def chosen(self) -> frozenset[uuid.UUID]:
        """The proposals ticked; what is no id counts as none."""
        found = set()
        for raw in request.form.getlist("proposal")[:500]:
            try:
                found.add(uuid.UUID(raw))
            except ValueError:
                continue
        return frozenset(found)
