"""The shape of what staff send by mail."""

from __future__ import annotations

import uuid
from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from app.web.forms import AssayForm


class NudgeForm(AssayForm):
    """Which reviewers are asked after their reviews; ``force`` asks those again who were asked within a day."""

    force = BooleanField(
        _l("Ask again who was asked in the last 24 hours"),
        description=_l("Use this when something has changed, not to press."),
    )

    @property
    def people(self) -> frozenset[uuid.UUID]:
        """The people ticked; what is no id counts as nobody."""
        found = set()
        for raw in request.form.getlist("person"):
            try:
                found.add(uuid.UUID(raw))
            except ValueError:
                continue
        return frozenset(found)

    def validate(self, extra_validators: Any = None) -> bool:
        """At least one person."""
        good = super().validate(extra_validators)
        if good and not self.people:
            self.form_errors.append(gettext("Choose at least one reviewer."))
        return good and bool(self.people)
