"""Input about calls."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length, Optional, Regexp

from app.calls.document import MAX_BYTES
from app.calls.document.parsing import CODE, PREFIX
from app.calls.services.asking import LONGEST_REASON
from app.calls.xlsform import MOST_BYTES as XLSFORM_BYTES
from app.web.forms import AssayForm, stripped
from app.web.security import LANGUAGES

UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
LIKE_A_CODE = _l("Use 3 to 19 capital letters, digits and hyphens, like EPRM-2027.")


class MoveForm(AssayForm):
    """A move without further input; ``reason`` where the workflow wants one."""

    reason = StringField(_l("Reason"), [Optional(), Length(max=2000)], filters=[stripped])


def in_some_language(form: ReasonsForm, field: Any) -> None:
    """Validator: the reason stands in one language at least; said beside the first."""
    if field.name == form.first_reason and not any(form.reasons().values()):
        raise ValidationError(_l("Say why; applicants will read it."))


WHY: Any = {"validators": [in_some_language, Optional(), Length(max=LONGEST_REASON)], "filters": [stripped]}


class ReasonsForm(AssayForm):
    """Why something is extended, in the languages of the call: one field each, one at least is filled."""

    reason_en = TextAreaField(_l("Reason in English"), **WHY)
    reason_fr = TextAreaField(_l("Reason in French"), **WHY)
    reason_es = TextAreaField(_l("Reason in Spanish"), **WHY)
    first_reason = ""

    def ask_in(self, languages: Sequence[str]) -> None:
        """Leave only the languages of the call."""
        self.first_reason = f"reason_{languages[0]}"
        self.languages = tuple(languages)
        for name in set(LANGUAGES) - set(languages):
            del self[f"reason_{name}"]

    def reasons(self) -> dict[str, str]:
        """What was written, by language."""
        return {name: self[f"reason_{name}"].data or "" for name in self.languages}


class ExtendForm(ReasonsForm):
    """A later closing time, written as the clock on the wall shows it in the call's zone."""

    stage = SelectField(_l("Stage"), [InputRequired(_l("Choose a stage."))])
    day = DateField(_l("New closing day"), [InputRequired(_l("Give the day, like 2026-03-31."))])
    wall = TimeField(_l("New closing time"), [InputRequired(_l("Give the time, like 14:00."))], format="%H:%M")

    def instant(self) -> datetime:
        """Day and time together, still without a zone."""
        return datetime.combine(self.day.data, self.wall.data)


class OutageForm(ReasonsForm):
    """The extension that an outage suggests: which stage, and the reasons as applicants will read them."""

    stage = StringField(validators=[InputRequired(), Length(max=40)])


def readable(value: str | None) -> str:
    """Filter: the text of a file without the characters that no page can show."""
    return UNFIT.sub("", value or "")


def upper(value: str | None) -> str:
    """Filter: a code as codes are written."""
    return stripped(value).upper()


class CopyForm(AssayForm):
    """What is different in a new call that is like an earlier one."""

    code = StringField(
        _l("Code of the new call"),
        [
            InputRequired(_l("Give the new call a code.")),
            Regexp(rf"^(?:{CODE.pattern})$", message=LIKE_A_CODE),
        ],
        filters=[upper],
        description=_l("It stands in the address of the call, for example EPRM-2027."),
    )
    reference_prefix = StringField(
        _l("How references begin"),
        [
            InputRequired(_l("Say how the references of its proposals begin.")),
            Regexp(rf"^(?:{PREFIX.pattern})$", message=LIKE_A_CODE),
        ],
        filters=[upper],
        description=_l("With EPRM-27, the first proposal is EPRM-27-0001."),
    )
    opens_on = DateField(
        _l("Opens on"),
        [InputRequired(_l("Give the day, like 2026-03-31."))],
        description=_l("All other dates keep their distance from this one and their time of day."),
    )


class BuilderForm(AssayForm):
    """A page of the form builder; ``seen`` is the fingerprint of what the page showed, ``version`` the working copy's."""

    seen = HiddenField()


class ImportForm(AssayForm):
    """A call file: uploaded, or its text as shown for mending."""

    file = FileField(_l("Call file (YAML)"), description=_l("At most 200 kB. Nothing is published by this."))
    text = TextAreaField(
        _l("Text of the file"),
        [Optional(), Length(max=MAX_BYTES)],
        filters=[readable],
        render_kw={"rows": 24, "spellcheck": "false"},
    )

    def content(self) -> bytes | str:
        """What was uploaded, else what stands in the text field."""
        upload: Any = self.file.data
        if upload and upload.filename:
            return bytes(upload.stream.read(MAX_BYTES + 1))
        return self.text.data or ""


class PromoteForm(AssayForm):
    """A question on its way into the library."""

    code = StringField(
        _l("Code in the library"),
        [
            InputRequired(_l("Give it a code, like MINERS-REACHED.")),
            Regexp(r"^[A-Z][A-Z0-9-]{1,38}[A-Z0-9]$", message=_l("Use 3 to 40 capital letters, digits and hyphens.")),
        ],
        filters=[upper],
        description=_l("It never changes. Reports and exports show it."),
    )
    for_all = BooleanField(_l("Every programme may ask it"))


class PartForm(AssayForm):
    """A page of the call editor: its fields are places of the document, so only token, key and version stand here."""


class BeginForm(AssayForm):
    """What a stage's form or rubric begins with."""

    source = RadioField(_l("Begin with"), [InputRequired(_l("Choose what to begin with."))])
    stage = SelectField(_l("Stage of an earlier call"), [Optional()])
    file = FileField(_l("File (YAML)"), [Optional()])
    text = TextAreaField(
        _l("Or the text of the file"),
        [Optional(), Length(max=MAX_BYTES)],
        filters=[readable],
        render_kw={"rows": 12, "spellcheck": "false"},
    )

    def content(self) -> bytes | str:
        """What was uploaded, else what stands in the text field."""
        upload: Any = self.file.data
        if upload and upload.filename:
            return bytes(upload.stream.read(MAX_BYTES + 1))
        return self.text.data or ""


class FormFileForm(AssayForm):
    """A form as a file: uploaded, or its YAML text."""

    file = FileField(
        _l("Form file (YAML or Excel)"), description=_l("At most 2 MB. Nothing in it is worked out or run.")
    )
    text = TextAreaField(
        _l("Text of the file"), [Optional()], filters=[readable], render_kw={"rows": 16, "spellcheck": "false"}
    )

    def content(self) -> bytes | str:
        """What was uploaded, else what stands in the text field."""
        upload: Any = self.file.data
        if upload and upload.filename:
            return bytes(upload.stream.read(XLSFORM_BYTES + 1))
        return self.text.data or ""


class AskForm(AssayForm):
    """A question about a call."""

    text = TextAreaField(
        _l("Your question"),
        [InputRequired(_l("Write your question.")), Length(max=5000)],
        filters=[stripped],
        render_kw={"rows": 5},
        description=_l("Only you and the staff of the programme read it. Do not write the details of your project."),
    )


class AnswerForm(AssayForm):
    """The private answer, and the public wording when everybody shall read it."""

    answer = TextAreaField(
        _l("Answer to the person who asked"),
        [InputRequired(_l("Write the answer.")), Length(max=5000)],
        filters=[stripped],
        render_kw={"rows": 5},
    )
    public_text = TextAreaField(
        _l("The question as everybody may read it"),
        [Optional(), Length(max=5000)],
        filters=[stripped],
        render_kw={"rows": 3},
        description=_l(
            "Leave this and the next field empty to answer privately. Name nobody, and no project or place."
        ),
    )
    public_answer = TextAreaField(
        _l("The answer as everybody may read it"),
        [Optional(), Length(max=5000)],
        filters=[stripped],
        render_kw={"rows": 4},
    )


class AnnounceForm(AssayForm):
    """News of a call, one text for each of its languages."""

    text_en = TextAreaField(
        _l("Text in English"), [Optional(), Length(max=5000)], filters=[stripped], render_kw={"rows": 5}
    )
    text_fr = TextAreaField(
        _l("Text in French"), [Optional(), Length(max=5000)], filters=[stripped], render_kw={"rows": 5}
    )
    text_es = TextAreaField(
        _l("Text in Spanish"), [Optional(), Length(max=5000)], filters=[stripped], render_kw={"rows": 5}
    )
