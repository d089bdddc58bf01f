"""What to do about reviews that lie far apart."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectChoice, TextAreaField
from wtforms.validators import InputRequired, Length

from app.web.forms import AssayForm, stripped

ASK = "ask"


class DivergenceForm(AssayForm):
    """Asking the reviewers, or recording a decision; always with words."""

    how = RadioField(
        _l("What happens"),
        choices=[
            SelectChoice(ASK, _l("Ask for consensus: the highest and the lowest sheet are opened again")),
            SelectChoice("consensus", _l("The reviewers talked, and their scores stand")),
            SelectChoice("third_review", _l("A third review is in and settles it")),
            SelectChoice("accepted", _l("The difference is accepted, and the mean stands")),
        ],
        validators=[InputRequired(_l("Choose one."))],
    )
    note = TextAreaField(
        _l("Reason"),
        description=_l("Reviewers who are asked for consensus read it. It stays in the history of the proposal."),
        filters=[stripped],
        validators=[InputRequired(_l("Give a reason.")), Length(max=4000)],
    )
