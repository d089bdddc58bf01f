"""The shape of what people post about proposals; the questions of a section are read by the call's form schema."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    EmailField,
    FileField,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.calls.forms import ExtendForm
from app.identity.forms import BriefOrganisationForm
from app.web.forms import AssayForm, stripped

NO_BLANKS = (stripped,)


def choices(pairs: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    """(id, label) pairs as a form field takes them."""
    return [SelectChoice(*pair) for pair in pairs]


class _TitleForm(AssayForm):
    """What the project is called, and what to begin with."""

    title = StringField(
        _l("Title of your project"),
        description=_l("You can change it later."),
        filters=NO_BLANKS,
        validators=[DataRequired(_l("Give your project a title.")), Length(max=200)],
    )
    source = SelectField(
        _l("Copy from an earlier proposal"),
        description=_l("Answers to the same questions are filled in. You can also do this later."),
        validators=[Optional()],
    )


class StartForm(_TitleForm):
    """Which organisation applies, and what the project is called."""

    organisation = RadioField(
        _l("Organisation that applies"), validators=[InputRequired(_l("Choose an organisation."))]
    )


class FirstStartForm(_TitleForm, BriefOrganisationForm):
    """The first proposal of somebody who writes for no organisation yet: it is named on the way."""


class SectionForm(AssayForm):
    """A section: the version and the form it was made from; its answers are read from the posted fields."""

    form_mark = HiddenField()


class DocumentChoiceForm(AssayForm):
    """Which of the organisation's documents answers a question."""

    document = RadioField(_l("Document"), validators=[InputRequired(_l("Choose one of the documents."))])


class MoveForm(AssayForm):
    """A move, with the reason some of them need."""

    reason = TextAreaField(_l("Reason"), filters=NO_BLANKS, validators=[Length(max=10_000)])


class SubmitForm(AssayForm):
    """The second confirmation before something is submitted."""

    confirmed = BooleanField(
        _l("I have read these answers. They are complete and correct, and I may submit them for the organisation."),
        validators=[InputRequired(_l("Tick this box to confirm before you submit."))],
    )


class ReturnedForm(AssayForm):
    """An offline form that comes back."""

    file = FileField(
        _l("The file you filled in"),
        description=_l("Its name ends in .html."),
        validators=[InputRequired(_l("Choose the file first."))],
    )


class MergeForm(AssayForm):
    """Which changed questions of a returned form to take; the choices are made by the page."""

    take = SelectMultipleField(
        _l("Take these answers"), option_widget=CheckboxInput(), widget=ListWidget(prefix_label=False)
    )


class MessageForm(AssayForm):
    """One message of the thread."""

    text = TextAreaField(
        _l("Your message"),
        filters=NO_BLANKS,
        validators=[DataRequired(_l("Write a message first.")), Length(max=10_000)],
        render_kw={"rows": 4},
    )


class ReturnForm(AssayForm):
    """Sections to correct, what to correct, and until when."""

    sections = SelectMultipleField(
        _l("Sections to correct"),
        description=_l("Only these become editable for the applicant."),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validators=[InputRequired(_l("Name at least one section to correct."))],
    )
    text = TextAreaField(
        _l("What has to be corrected"),
        description=_l("The applicant reads this."),
        filters=NO_BLANKS,
        validators=[DataRequired(_l("Say what has to be corrected.")), Length(max=10_000)],
        render_kw={"rows": 6},
    )
    correct_by = DateTimeLocalField(
        _l("Corrections until"),
        format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        validators=[InputRequired(_l("Give a date in the future for the corrections."))],
    )


class IneligibleForm(AssayForm):
    """The failed checks that are the reason, and the reason in words."""

    reason_codes = SelectMultipleField(
        _l("Failed threshold checks"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validators=[InputRequired(_l("Choose at least one failed threshold check as the reason."))],
    )
    reason = TextAreaField(
        _l("Reason"),
        description=_l("The applicant reads this."),
        filters=NO_BLANKS,
        validators=[DataRequired(_l("Give a reason.")), Length(max=10_000)],
        render_kw={"rows": 6},
    )


class AdviceForm(AssayForm):
    """The advice on a quick scan."""

    outcome = RadioField(
        _l("Advice"),
        choices=[SelectChoice("positive", _l("Positive")), SelectChoice("negative", _l("Negative"))],
        validators=[InputRequired(_l("Choose whether the advice is positive or negative."))],
    )
    text = TextAreaField(
        _l("Text of the advice"),
        description=_l("The applicant, the reviewers and the committee read this once it is given."),
        filters=NO_BLANKS,
        validators=[DataRequired(_l("Write the advice before giving it.")), Length(max=20_000)],
        render_kw={"rows": 10},
    )


class ConflictForm(AssayForm):
    """Somebody of the programme who must not see or judge a proposal."""

    person = SelectField(_l("Person"), validators=[InputRequired(_l("Choose a person."))])
    note = TextAreaField(
        _l("Note"),
        description=_l("Why; only the programme's officers read it."),
        filters=NO_BLANKS,
        validators=[Length(max=2_000)],
        render_kw={"rows": 3},
    )


class DismissForm(AssayForm):
    """Why what the records suggest is no conflict of interest."""

    reason = TextAreaField(
        _l("Why this is no conflict of interest"),
        filters=NO_BLANKS,
        validators=[InputRequired(_l("Say why this is no conflict of interest.")), Length(max=2_000)],
        render_kw={"rows": 2},
    )


class DeclareForm(AssayForm):
    """A conflict of interest of one's own."""

    note = TextAreaField(_l("Note"), filters=NO_BLANKS, validators=[Length(max=2_000)], render_kw={"rows": 3})


class ExtensionForm(ExtendForm):
    """A later closing time for one applicant alone."""

    applicant = StringField(
        _l("Applicant"),
        description=_l(
            "The reference of the proposal, as the applicant gave it to you; or the full name of the organisation, "
            "which then has this time for all it has begun or begins."
        ),
        filters=NO_BLANKS,
        validators=[DataRequired(_l("Give a reference or the name of an organisation.")), Length(max=200)],
    )
    reason = TextAreaField(
        _l("Reason"),
        description=_l("Only this applicant reads it, and the people who see the proposal."),
        filters=NO_BLANKS,
        validators=[InputRequired(_l("Say why; the applicant will read it.")), Length(max=2000)],
        render_kw={"rows": 4},
    )


class PartForm(AssayForm):
    """What somebody is to be in a proposal."""

    role = RadioField(_l("Role"), validators=[InputRequired(_l("Choose a role."))])
    sections = SelectMultipleField(
        _l("Sections"),
        description=_l("Only for a section contributor."),
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )


class InviteForm(PartForm):
    """Who is invited to work on a proposal, as what."""

    email = EmailField(
        _l("E-mail address of the person"),
        filters=NO_BLANKS,
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
        validators=[DataRequired(_l("Write an e-mail address like name@example.org.")), Length(max=254)],
    )


class ApplyForm(AssayForm):
    """Applying a changed form: why, and which form in use the person saw."""

    base = HiddenField()
    reason = TextAreaField(
        _l("Reason"),
        description=_l("It stays in the history of the call. Those who write in drafts get the list of changes."),
        filters=NO_BLANKS,
        validators=[Length(max=2_000)],
        render_kw={"rows": 3},
    )


class CommentForm(AssayForm):
    """A comment among those who write a proposal together."""

    text = TextAreaField(
        _l("Your comment"),
        description=_l("Only those who work on this proposal read it; the programme and reviewers never do."),
        filters=NO_BLANKS,
        validators=[DataRequired(_l("Write a comment first.")), Length(max=5_000)],
        render_kw={"rows": 4},
    )


class LeadForm(AssayForm):
    """Who is asked to lead a proposal."""

    person = SelectField(_l("New lead"), validators=[InputRequired(_l("Choose one of the members."))])


class OrganisationForm(AssayForm):
    """To which of one's organisations a draft moves."""

    organisation = SelectField(_l("Organisation"), validators=[InputRequired(_l("Choose an organisation."))])
