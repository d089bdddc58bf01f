"""Asking somebody by e-mail, and the answer by link."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import EmailField, RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from app.identity.present import LANGUAGE_NAMES
from app.reviews.forms.reviewing import AcceptForm, InviteForm
from app.web.forms import AssayForm, stripped


class AskForm(InviteForm):
    """Asking somebody who need not have an account."""

    reviewer = None
    name = StringField(
        _l("Name"),
        filters=[stripped],
        validators=[DataRequired(_l("Write the name.")), Length(max=120)],
        render_kw={"autocomplete": "off"},
    )
    email = EmailField(
        _l("E-mail address"),
        filters=[stripped],
        validators=[DataRequired(_l("Write an e-mail address.")), Length(max=254)],
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )
    locale = RadioField(_l("Language of the mail"), default="en", validators=[InputRequired(_l("Choose one."))])
    message = TextAreaField(
        _l("A word of your own"),
        filters=[stripped],
        validators=[Length(max=2000)],
        description=_l("It stands in the mail and on the page of the invitation."),
        render_kw={"rows": 4},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.locale.choices = list(LANGUAGE_NAMES.items())


class DeclineByLinkForm(AssayForm):
    """Declining without an account."""

    reason = TextAreaField(
        _l("Why"),
        filters=[stripped],
        validators=[Length(max=2000)],
        description=_l("Only the programme's staff reads it."),
    )
    suggestion = StringField(_l("Somebody else we could ask"), filters=[stripped], validators=[Length(max=300)])

    @property
    def words(self) -> str:
        """The reason, and below it whom the person suggests."""
        suggested = gettext("Suggests: %(who)s", who=self.suggestion.data) if self.suggestion.data else ""
        return "\n\n".join(text for text in (self.reason.data or "", suggested) if text)


class ConflictByLinkForm(AssayForm):
    """Saying that one has a conflict of interest, without an account."""

    note = TextAreaField(_l("What it is, in a few words"), filters=[stripped], validators=[Length(max=2000)])


__all__ = ["AcceptForm", "AskForm", "ConflictByLinkForm", "DeclineByLinkForm"]
