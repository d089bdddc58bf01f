"""Forms of accounts and organisations."""

from __future__ import annotations

import unicodedata
from typing import Any

from babel import Locale
from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import (
    DateField,
    EmailField,
    Field,
    HiddenField,
    PasswordField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional, Regexp

from app.identity import addresses, passwords
from app.identity.models import DOCUMENT_KINDS, MEMBER_ROLES, ORGANISATION_KINDS, PILLARS
from app.identity.present import DOCUMENT_KIND_LABELS, KINDS, LANGUAGE_NAMES, MEMBER_ROLE_LABELS, PILLAR_LABELS
from app.web.filters import translate
from app.web.forms import AssayForm, stripped

CHOSEN = DataRequired(_l("Choose one."))
PERSON_NAME = Length(max=120, message=_l("Use at most 120 characters."))


def one_line(value: str | None) -> str:
    """Filter: text on one line, outer blanks gone; a name with a line break must not reach a mail header."""
    return " ".join(stripped(value).split())


def show_version(form: AssayForm, version: int) -> None:
    """Make the form carry this version, also when it was posted with another (after a conflict that the page tells)."""
    form.version.data, form.version.raw_data = version, None


def valid_email(_form: Any, field: Field) -> None:
    """Validator: an address that mail can be sent to."""
    try:
        addresses.normal_email(field.data or "")
    except ValueError as error:
        raise ValidationError(_l("Write an e-mail address like name@example.org.")) from error


def strong_password(form: Any, field: Field) -> None:
    """Validator: the password rules."""
    email = getattr(form, "email", None)
    if found := passwords.weakness(field.data or "", (email.data if email is not None else form.account_email) or ""):
        raise ValidationError(translate(found))


def email_field(label: Any, *more: Any, **options: Any) -> EmailField:
    """A field for an e-mail address."""
    return EmailField(
        label,
        [DataRequired(_l("Write your e-mail address.")), Length(max=254), *more],
        filters=[stripped],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false", **options},
    )


def password_field(label: Any, *more: Any, autocomplete: str, description: Any = "") -> PasswordField:
    """A field for a password; what was typed is never sent back, nor changed by a filter."""
    return PasswordField(
        label,
        [DataRequired(_l("Write the password.")), *more],
        description=description,
        render_kw={"autocomplete": autocomplete, "maxlength": 1000},
    )


NEW_PASSWORD_HELP = _l("At least 12 characters. Several words that only you would put together are best.")


class SignInForm(AssayForm):
    """E-mail, password, and where to go afterwards."""

    next = HiddenField()
    email = email_field(_l("E-mail address"))
    password = password_field(_l("Password"), autocomplete="current-password")


class SignInAgainForm(AssayForm):
    """E-mail and password, with the form in hand that was posted without a session."""

    carried = HiddenField()
    again_email = email_field(_l("E-mail address"))
    again_password = password_field(_l("Password"), autocomplete="current-password")


class ConfirmForm(AssayForm):
    """The password once more."""

    confirm_password = password_field(_l("Your password"), autocomplete="current-password")


class RegisterForm(AssayForm):
    """A new account."""

    next = HiddenField()
    name = StringField(
        _l("Your name"),
        [DataRequired(_l("Write your name.")), PERSON_NAME],
        filters=[one_line],
        render_kw={"autocomplete": "name"},
    )
    email = email_field(_l("E-mail address"), valid_email)
    password = password_field(
        _l("Password"), strong_password, autocomplete="new-password", description=NEW_PASSWORD_HELP
    )


class VerifyForm(AssayForm):
    """Confirming the address outside the account's own session: its password."""

    account_password = password_field(_l("The password you chose when you registered"), autocomplete="current-password")


class AddressForm(AssayForm):
    """Another address for an account that has not confirmed any."""

    email = email_field(_l("E-mail address"), valid_email)


class EmailForm(AssayForm):
    """An address alone: asking for a new password."""

    email = email_field(_l("E-mail address"), valid_email)


class NewPasswordForm(AssayForm):
    """A new password, after a mailed link."""

    account_email = ""
    password = password_field(
        _l("New password"), strong_password, autocomplete="new-password", description=NEW_PASSWORD_HELP
    )


class ChangePasswordForm(AssayForm):
    """A new password, given the present one."""

    account_email = ""
    present = password_field(_l("Present password"), autocomplete="current-password")
    password = password_field(
        _l("New password"), strong_password, autocomplete="new-password", description=NEW_PASSWORD_HELP
    )


class AccountForm(AssayForm):
    """What a person is called and in which language we write."""

    name = StringField(
        _l("Your name"),
        [DataRequired(_l("Write your name.")), PERSON_NAME],
        filters=[one_line],
        render_kw={"autocomplete": "name"},
    )
    locale = RadioField(
        _l("Language of our mails and pages"),
        [CHOSEN],
        choices=[SelectChoice(*pair) for pair in LANGUAGE_NAMES.items()],
    )


def countries() -> list[SelectChoice]:
    """ISO 3166 codes with the country's name in the reader's language, sorted by name."""
    locale = get_locale() or Locale("en")
    names = {str(code): str(name) for code, name in locale.territories.items()}
    codes = (c for c in names if len(c) == 2 and c.isalpha() and c not in _NOT)
    return sorted(
        (SelectChoice(code, names[code]) for code in codes), key=lambda choice: _without_accents(choice.label)
    )


def _without_accents(text: str) -> str:
    """For sorting: É among E."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).casefold()


# Codes of groups, of made-up and of outlying places, which no organisation is registered in.
_NOT = frozenset({"EU", "EZ", "UN", "XA", "XB", "XK", "ZZ", "QO", "AC", "CP", "CQ", "DG", "EA", "IC", "TA", "AQ", "BV"})


class BriefOrganisationForm(AssayForm):
    """The least that is needed of an organisation to begin in its name."""

    name = StringField(
        _l("Name of the organisation"),
        [DataRequired(_l("Write the name of the organisation.")), Length(max=200)],
        filters=[one_line],
        description=_l("As in its statutes or its register entry."),
        render_kw={"autocomplete": "organization"},
    )
    country = SelectField(_l("Country where it is registered or works from"), [DataRequired(_l("Choose a country."))])
    kind = RadioField(_l("Kind of organisation"), [CHOSEN])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country.choices = [SelectChoice("", gettext("Choose one")), *countries()]
        self.kind.choices = [SelectChoice(k, gettext(KINDS[k])) for k in ORGANISATION_KINDS]


class OrganisationForm(BriefOrganisationForm):
    """The profile of an organisation."""

    pillar = RadioField(_l("It speaks for"), [CHOSEN])
    registration_number = StringField(
        _l("Register number"),
        [Optional(), Length(max=80)],
        filters=[one_line],
        description=_l("Leave this empty if it has none, and say why below."),
    )
    no_registration_reason = StringField(
        _l("Why it has no register number"),
        [Length(max=200)],
        filters=[one_line],
        description=_l("For example: the cooperative’s registration is under way."),
    )
    website = StringField(
        _l("Website"),
        [Optional(), Length(max=200), Regexp(r"^https?://\S+$", message=_l("Begin with https://."))],
        filters=[one_line],
        render_kw={"inputmode": "url", "autocomplete": "url"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pillar.choices = [SelectChoice(p, gettext(PILLAR_LABELS[p])) for p in PILLARS]

    def validate_no_registration_reason(self, field: Field) -> None:
        """A number or a reason."""
        if not field.data and not self.registration_number.data:
            raise ValidationError(_l("Give the register number above, or say why there is none."))

    def profile(self) -> dict[str, str]:
        """The values for the service."""
        names = ("name", "country", "kind", "pillar", "registration_number", "no_registration_reason", "website")
        return {name: getattr(self, name).data or "" for name in names}


class VersionForm(AssayForm):
    """A file of a document and when it is valid."""

    file = FileField(_l("File"), [InputRequired(_l("Choose a file."))])
    valid_from = DateField(_l("Valid from"), [Optional()])
    valid_until = DateField(
        _l("Valid until"), [Optional()], description=_l("We remind you before this day. Leave it empty if it has none.")
    )


class DocumentForm(VersionForm):
    """A document to be kept for proposals."""

    kind = SelectField(_l("Kind of document"), [DataRequired(_l("Choose what kind of document this is."))])
    note = StringField(
        _l("Note"), [Length(max=300)], filters=[one_line], description=_l("Only your colleagues read it.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [SelectChoice(kind, gettext(DOCUMENT_KIND_LABELS[kind])) for kind in DOCUMENT_KINDS]
        self.kind.choices = [SelectChoice("", gettext("Choose one")), *kinds]


class _RoleChoice(AssayForm):
    """Base of forms that choose a member's role."""

    role = RadioField(_l("Role"), [CHOSEN])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.role.choices = [SelectChoice(r, gettext(MEMBER_ROLE_LABELS[r])) for r in MEMBER_ROLES]


class InvitationForm(_RoleChoice):
    """Who is invited into an organisation, as what."""

    email = email_field(_l("E-mail address of the person"), valid_email, autocomplete="off")


class MemberRoleForm(_RoleChoice):
    """Another role for a member."""
