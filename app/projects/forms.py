"""The forms of projects."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    DateField,
    FieldList,
    Form,
    FormField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from app.mines import vocabulary
from app.projects.words import MILESTONE_KINDS
from app.web.filters import translate
from app.web.forms import AssayForm, stripped

TEXT_LIMIT = 20_000


class Needed:
    """Marks a text that must be there in the end, though a draft may be saved without it."""

    field_flags = {"required": True}

    def __call__(self, _form: Any, _field: Any) -> None:
        """The workflow asks for it when the move is made."""


class MoveForm(AssayForm):
    """A move that needs nothing but, perhaps, a reason."""

    reason = TextAreaField(_l("Reason"), [Length(max=4000)], [stripped])


class MilestoneRow(Form):
    """One line of the plan; a line without a title is left out."""

    title = StringField(_l("Milestone"), [Length(max=200)], [stripped])
    kind = SelectField(_l("Kind"))
    due_on = DateField(_l("Due on"), [Optional()])
    percent = IntegerField(
        _l("Share of the award (%)"), [Optional(), NumberRange(0, 100, _l("Write a share from 0 to 100."))]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [(code, translate(label)) for code, label in MILESTONE_KINDS.items()]

    def validate_title(self, field: StringField) -> None:
        """A line that is begun must be complete."""
        if not field.data and self.percent.data:
            raise ValidationError(_l("Name the milestone, or leave its share empty."))
        if field.data and self.due_on.data is None:
            raise ValidationError(_l("Give this milestone a date."))


class PrepareForm(AssayForm):
    """What turns an award into a project."""

    starts_on = DateField(_l("First day of the project"), [InputRequired(_l("Give the first day."))])
    months = IntegerField(
        _l("Length in months"),
        [InputRequired(_l("Give the length in months.")), NumberRange(1, 120, _l("Write between 1 and 120 months."))],
    )
    terms = TextAreaField(_l("Terms of the agreement"), [Length(max=TEXT_LIMIT)], [stripped], render_kw={"rows": 8})
    milestones = FieldList(FormField(MilestoneRow), _l("Milestones"), max_entries=30)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for line in self.milestones:
            if line.form.title.data:
                for field in line.form:
                    field.flags.required = True

    def rows(self) -> list[tuple[str, str, date, int]]:
        """The lines that have a title."""
        lines = (entry.form for entry in self.milestones)
        return [(f.title.data, f.kind.data, f.due_on.data, f.percent.data or 0) for f in lines if f.title.data]


class PayeeForm(AssayForm):
    """The bank account to pay to."""

    holder = StringField(
        _l("Account holder"), [InputRequired(_l("Write the name of the holder.")), Length(max=160)], [stripped]
    )
    bank = StringField(_l("Bank and branch"), [InputRequired(_l("Write the bank.")), Length(max=160)], [stripped])
    account = StringField(
        _l("Account number or IBAN"),
        [InputRequired(_l("Write the account number.")), Length(max=60)],
        [stripped],
        description=_l("It is kept encrypted. Nobody but finance sees more than its last four characters."),
        render_kw={"autocomplete": "off"},
    )


class AccountForm(AssayForm):
    """What the grantee writes about a milestone."""

    account = TextAreaField(
        _l("What was done"),
        [Needed(), Length(max=TEXT_LIMIT)],
        [stripped],
        description=_l("Say what was reached, where, and how the evidence shows it."),
        render_kw={"rows": 10},
    )


class EvidenceForm(AssayForm):
    """A file that shows it."""

    file = FileField(
        _l("File"),
        [FileRequired(_l("Choose a file."))],
        description=_l("PDF, Word, Excel, OpenDocument, PNG, JPEG, CSV or plain text."),
    )
    note = StringField(_l("What it shows"), [Length(max=300)], [stripped])


class FindingForm(AssayForm):
    """What the verification found."""

    finding = TextAreaField(
        _l("What the verification found"),
        [Needed(), Length(max=TEXT_LIMIT)],
        [stripped],
        description=_l("The grantee reads it once the milestone is verified."),
        render_kw={"rows": 8},
    )


class NarrativeForm(AssayForm):
    """The text of a report."""

    narrative = TextAreaField(
        _l("Report"),
        [Needed(), Length(max=TEXT_LIMIT)],
        [stripped],
        description=_l("Results so far, what changed at the mines, problems, and the next steps."),
        render_kw={"rows": 16},
    )


class ConfirmPaymentForm(AssayForm):
    """Proof that the bank made the transfer."""

    bank_reference = StringField(
        _l("Reference of the transfer"),
        [InputRequired(_l("Give the bank's reference of the transfer.")), Length(max=80)],
        [stripped],
    )


class LinkSiteForm(AssayForm):
    """A registered site that the project works with."""

    site = SelectField(_l("Mine site"), [InputRequired(_l("Choose a site."))])
    baseline_step = SelectField(
        _l("Step when the work began"),
        [Optional()],
        description=_l("Leave it as it is when the work begins now."),
    )

    def __init__(self, sites: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.site.choices = [("", _l("Choose one")), *sites]
        steps = [(code, f"{code} {translate(label)}") for code, label in vocabulary.STEPS.items()]
        self.baseline_step.choices = [("", _l("The step it stands on now")), *steps]


class AssessmentForm(AssayForm):
    """A finding about the step of a site."""

    step = SelectField(_l("Step found"), [InputRequired(_l("Choose the step."))])
    assessed_on = DateField(_l("Day of the assessment"), [InputRequired(_l("Give the day."))])
    source = SelectField(_l("Who verified it"), [InputRequired(_l("Choose who verified it."))])
    note = TextAreaField(
        _l("What was found"),
        [InputRequired(_l("Write what was found.")), Length(max=4000)],
        [stripped],
        description=_l("Never write an exact position here."),
        render_kw={"rows": 6},
    )
    evidence = FileField(
        _l("Evidence"),
        description=_l("A report or a photo without position data. PDF, Word, Excel, PNG, JPEG or plain text."),
    )

    def __init__(self, sources: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.step.choices = [(code, f"{code} {translate(label)}") for code, label in vocabulary.STEPS.items()]
        self.source.choices = [(code, translate(vocabulary.SOURCES[code])) for code in sources]
