"""A form whose writer was signed out while it was filled in: signing in again with the form in hand, then its page again."""

from __future__ import annotations

import sys
import uuid

from flask import current_app, g, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from app.core.errors import Invalid
from app.identity import carried, services
from app.identity.forms import SignInAgainForm
from app.identity.views.signed_in import sign_browser_in
from app.web import transaction
from app.web.errors import wants_json
from app.web.idempotency import FIELD, NOT_TYPED, is_made_for
from app.web.permissions import carry_with, sign_in_first
from app.web.rendering import render
from app.web.security import BACK_FIELD, CARRIED_FIELD, PROOF_FIELD, client_address
from workflows.machine import N_

Fields = list[tuple[str, str]]
OTHERS = N_("Somebody else typed this. Sign in with that account; or leave it and sign in without it, below.")
NOT_CARRIED = frozenset({"csrf_token", PROOF_FIELD, BACK_FIELD})


def ask() -> ResponseReturnValue | None:
    """Ask who it is; nothing when that is known by now, and the request has become the form that is to be shown."""
    fields = _fields()
    if fields is None:
        return sign_in_first()
    if current_user.is_authenticated and claim():
        return None
    if "again_password" in request.form and g.get("csrf_valid"):
        return _sign_in(fields)
    return _page(SignInAgainForm(formdata=None), 401, fields)


def claim() -> bool:
    """Whether there is a form to carry. To somebody signed in it must belong; then it is shown again."""
    fields = _fields()
    if fields is None or not current_user.is_authenticated:
        return fields is not None
    if not _is_of(fields, current_user.person_id):
        return False
    request.show_again(fields)  # type: ignore[attr-defined]
    return True


def show() -> str:
    """What was typed, with a button that sends it as it is."""
    fields = list(request.form.items(multi=True))
    return render(
        "identity/typed_again.html",
        action=_here(),
        back=request.referrer_path or "/",  # type: ignore[attr-defined]
        carried=[(name, value) for name, value in fields if name not in {*NOT_CARRIED, FIELD}],
        words=[value for name, value in fields if name not in NOT_TYPED and _is_said(value)],
    )


def _here() -> str:
    return request.full_path.rstrip("?")


def _fields() -> Fields | None:
    """The form that this request carries or is; nothing when it is none that a person filled in."""
    if closed := request.form.get(CARRIED_FIELD):
        return carried.unpack(_here(), closed)
    found = list(request.form.items(multi=True))
    secret = any("password" in name for name, _ in found)
    if secret or wants_json() or not _is_page_of_somebody() or not _has_words(found):
        return None
    back: str = request.referrer_path  # type: ignore[attr-defined]
    return [*((name, value) for name, value in found if name not in NOT_CARRIED), (BACK_FIELD, back)]


def _is_page_of_somebody() -> bool:
    """Whether a page sent it that was made for somebody signed in, and not a script."""
    return "." in request.form.get(FIELD, "") and request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"


def _has_words(fields: Fields) -> bool:
    """Whether something would be lost: a page that shows its fields again always says so, others when there are words."""
    access = current_app.view_functions[request.endpoint or ""].access  # type: ignore[union-attr]
    return access.shows_again or any(name not in NOT_TYPED and _is_said(value) for name, value in fields)


def _is_said(value: str) -> bool:
    return any(character.isspace() for character in value.strip())


def _is_of(fields: Fields, person_id: uuid.UUID) -> bool:
    return any(name == FIELD and is_made_for(value, person_id) for name, value in fields)


def _sign_in(fields: Fields) -> ResponseReturnValue | None:
    form = SignInAgainForm()
    if not form.validate():
        return _page(form, 422, fields)
    try:
        person = services.sign_in(
            email=form.again_email.data, password=form.again_password.data, address=client_address()
        )
    except services.TooManyAttempts as error:
        form.add_error(error)
        return _page(form, 429, fields)
    except Invalid as refused:
        transaction.keep()
        form.add_error(refused)
        return _page(form, 422, fields)
    if not _is_of(fields, person.id):
        form.form_errors.append(gettext(OTHERS))
        return _page(form, 422, fields)
    sign_browser_in(person)
    request.show_again(fields)  # type: ignore[attr-defined]
    return None


def _page(form: SignInAgainForm, status: int, fields: Fields) -> ResponseReturnValue:
    """The sign-in page with the form inside; without it, when that is more than can be sent back."""
    closed = request.form.get(CARRIED_FIELD) or carried.close(_here(), fields)
    if not closed:
        return sign_in_first()
    form.carried.data = closed
    has_files = any(upload.filename for upload in request.files.values())
    leave = url_for("identity.sign_in", next=dict(fields).get(BACK_FIELD) or None)
    page = render("identity/sign_in_again.html", form=form, action=_here(), has_files=has_files, leave=leave)
    return page, status


carry_with(sys.modules[__name__])  # type: ignore[arg-type]

__all__ = ["ask", "claim", "show"]
