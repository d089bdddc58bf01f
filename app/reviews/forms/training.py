"""A training case as staff writes it, and scores as a reviewer gives them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from app.calls.rubric import Rubric
from app.reviews.services.training import Known
from app.web.forms import AssayForm, stripped

Fields = Mapping[str, Sequence[str]]
LONGEST_WHY = 2000


class CaseForm(AssayForm):
    """What stands above the criteria."""

    title = StringField(
        _l("Title"), filters=[stripped], validators=[DataRequired(_l("Write the title.")), Length(max=200)]
    )
    text = TextAreaField(
        _l("The invented proposal"),
        filters=[stripped],
        validators=[DataRequired(_l("Write the case.")), Length(max=20_000)],
        render_kw={"rows": 12},
    )
    tolerance = IntegerField(
        _l("How many steps away still counts as near"),
        default=1,
        validators=[InputRequired(_l("Write a number.")), NumberRange(0, 4, _l("Write a number from 0 to 4."))],
    )
    scores = HiddenField()


class ScoresForm(AssayForm):
    """A reviewer's scores on a case; the criteria are read by ``read_scores``."""

    scores = HiddenField()


def read_scores(rubric: Rubric, fields: Fields) -> dict[str, int]:
    """Criterion → score, of fields ``score-CODE``; what is no number is left out, and so found missing."""
    found = {}
    for criterion in rubric.criteria:
        raw = stripped((fields.get(f"score-{criterion.code}") or ("",))[-1])
        if raw.isascii() and raw.isdigit() and len(raw) < 4:
            found[criterion.code] = int(raw)
    return found


def read_known(rubric: Rubric, fields: Fields) -> dict[str, Known]:
    """Criterion → known score and why, of fields ``score-CODE`` and ``why-CODE``."""
    return {
        code: Known(score, stripped((fields.get(f"why-{code}") or ("",))[-1])[:LONGEST_WHY])
        for code, score in read_scores(rubric, fields).items()
    }
