"""The shape of what reviewers and staff type; a score sheet is read by its rubric."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    Field,
    FileField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length

from app.calls.rubric import Rubric
from app.core import clock
from app.reviews.sheet import NOT_APPLICABLE, Changes
from app.web.forms import AssayForm, parse_money, stripped

LONGEST = 10_000
LARGEST_MINOR = 10**15
Fields = Mapping[str, Sequence[str]]


class AgreeForm(AssayForm):
    """Signing the confidentiality agreement."""

    signed_as = StringField(
        _l("I keep to the confidentiality agreement. My name:"),
        filters=[stripped],
        validators=[DataRequired(_l("Write your name under the confidentiality agreement.")), Length(max=120)],
        render_kw={"autocomplete": "name"},
    )


class AcceptForm(AgreeForm):
    """Accepting an invitation, with the declaration that is kept."""

    no_conflict = BooleanField(
        _l("I have no conflict of interest with this applicant, its partners or this proposal"),
        validators=[DataRequired(_l("Tick this to accept. If you cannot, declare the conflict instead."))],
    )


class MoveForm(AssayForm):
    """A move with its reason."""

    reason = TextAreaField(_l("Reason"), filters=[stripped], validators=[Length(max=4000)])


class DueForm(AssayForm):
    """The day by which a review is due."""

    due_on = DateField(
        _l("Due on"),
        description=_l("The review can be handed in until the end of this day."),
        validators=[InputRequired(_l("Give a date."))],
    )

    def validate_due_on(self, due: Field) -> None:
        if due.data is not None and not date(2000, 1, 1) <= due.data <= date(2100, 1, 1):
            raise ValidationError(gettext("Give a date in the future."))

    def due_at(self, zone: str) -> datetime:
        """The last minute of the chosen day, in the zone of the call."""
        return clock.from_wall_time(datetime.combine(self.due_on.data, time(23, 59)), zone)


class InviteForm(DueForm):
    """Asking a person to review one proposal."""

    reviewer = SelectField(_l("Reviewer"), validators=[InputRequired(_l("Choose a reviewer."))])


class ReassignForm(InviteForm):
    """Asking somebody else instead of the present reviewer, and why."""

    reason = TextAreaField(
        _l("Reason"),
        description=_l("For the history of the review; the reviewers do not see it."),
        filters=[stripped],
        validators=[InputRequired(_l("Give a reason.")), Length(max=4000)],
    )

    @property
    def reviewer_id(self) -> uuid.UUID | None:
        """The person chosen, if it is the id of anybody."""
        try:
            return uuid.UUID(self.reviewer.data)
        except (TypeError, ValueError):
            return None


class ReturnedSheetForm(AssayForm):
    """A score sheet that comes back as a file."""

    file = FileField(
        _l("The file you filled in"),
        description=_l("Its name ends in .html or .xlsx."),
        validators=[InputRequired(_l("Choose the file first."))],
    )


@dataclass(frozen=True)
class SheetReading:
    """What was posted of a sheet: what can be kept, and by field what cannot (in words)."""

    changes: Changes
    problems: Mapping[str, str] = field(default_factory=dict)


class _Reader:
    """Reads posted fields one by one; a field that is absent stays as it is."""

    def __init__(self, fields: Fields) -> None:
        self.fields = fields
        self.problems: dict[str, str] = {}

    def text(self, name: str) -> str | None:
        if name not in self.fields:
            return None
        value = stripped(self.fields[name][-1] if self.fields[name] else "")
        if len(value) > LONGEST:
            self.problems[name] = gettext("Use at most %(most)s characters.", most=LONGEST)
            return None
        return value

    def texts(self, names: Mapping[str, str]) -> dict[str, str]:
        """``names``: field → code."""
        return {code: value for name, code in names.items() if (value := self.text(name)) is not None}

    def score(self, name: str, allowed: range) -> tuple[bool, int | None]:
        """(whether it can be kept, the score); nothing and “not applicable” are no score."""
        raw = stripped(self.fields[name][-1] if self.fields.get(name) else "")
        if raw in ("", NOT_APPLICABLE):
            return True, None
        if raw.isascii() and raw.isdigit() and len(raw) < 4 and int(raw) in allowed:
            return True, int(raw)
        self.problems[name] = gettext("Choose a score from %(least)s to %(most)s.", least=allowed[0], most=allowed[-1])
        return False, None

    def is_not_applicable(self, name: str) -> bool:
        return stripped(self.fields[name][-1] if self.fields.get(name) else "") == NOT_APPLICABLE

    def amount(self, name: str, currency: str) -> int | None:
        raw = stripped(self.fields[name][-1] if self.fields[name] else "")
        if not raw:
            return None
        try:
            minor = parse_money(raw, currency).minor
        except ValueError as error:
            self.problems[name] = str(error)
            return None
        if minor > LARGEST_MINOR:
            self.problems[name] = gettext("This amount is too large.")
            return None
        return minor


def allowed_scores(rubric: Rubric) -> range:
    """Every score that may be given."""
    return range(rubric.scale[0].score, rubric.highest + 1)


def read_sheet(rubric: Rubric, fields: Fields, currency: str, lines: Iterable[str] = ()) -> SheetReading:
    """Read the fields of a score sheet: ``score-A1``, ``reason-A1``, ``comment-A``, ``remark-`` and a line of the budget,
    and the three below them."""
    reader = _Reader(fields)
    scores: dict[str, int | None] = {}
    for criterion in rubric.criteria:
        if f"score-{criterion.code}" in fields:
            good, score = reader.score(f"score-{criterion.code}", allowed_scores(rubric))
            scores.update({criterion.code: score} if good else {})
    names = {f"reason-{c.code}": c.code for c in rubric.criteria} | {
        f"comment-{s.code}": s.code for s in rubric.sections
    }
    amount = reader.amount("recommended", currency) if "recommended" in fields else None
    changes = Changes(
        scores=scores,
        not_applicable=frozenset(code for code in scores if reader.is_not_applicable(f"score-{code}")),
        texts=reader.texts(names),
        remarks=reader.texts({f"remark-{key}": key for key in lines}),
        comment_to_applicant=reader.text("comment_to_applicant"),
        note_to_staff=reader.text("note_to_staff"),
        recommended_minor=amount,
        recommended_given="recommended" in fields and "recommended" not in reader.problems,
    )
    return SheetReading(changes, reader.problems)
