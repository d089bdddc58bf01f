"""The password once more: on a page before a form is shown, or in between when the proof ran out after that."""

from __future__ import annotations

from flask import redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.core.errors import Invalid
from app.identity import services
from app.identity.forms import ConfirmForm
from app.identity.models import Person
from app.identity.views import bp
from app.identity.views.signing_in import destination
from app.web import transaction
from app.web.idempotency import FIRST_SESSION
from app.web.permissions import ask_with, public_page
from app.web.rendering import render
from app.web.security import BACK_FIELD, PROOF_FIELD, client_address, safe_path
from workflows.machine import N_

NOT_CARRIED = frozenset({"csrf_token", PROOF_FIELD, BACK_FIELD})


@bp.route("/confirm", methods=["GET", "POST"])
@public_page
def confirm() -> ResponseReturnValue:
    """Ask for the password, then go where the person wanted to go. Each click that brings it gets a session."""
    wanted = safe_path(request.values.get("next"))
    person = _person()
    if person is None or (request.method == "GET" and not current_user.is_authenticated):
        return redirect(url_for("identity.sign_in", next=wanted or None), code=303)
    refused = _check(person) if request.method == "POST" else (ConfirmForm(formdata=None), 200)
    if refused is None:
        return redirect(destination(wanted), code=303)
    return _page(*refused, carried=[("next", wanted)], action=url_for("identity.confirm"))


@ask_with
def ask() -> ResponseReturnValue | None:
    """The answer to somebody whose proof is too old; nothing when this request brings the password itself."""
    here = request.full_path.rstrip("?")
    if request.method in transaction.SAFE:
        return redirect(url_for("identity.confirm", next=here), code=303)
    person = _person()
    if person is None:
        return redirect(url_for("identity.sign_in"), code=303)
    refused = _check(person) if PROOF_FIELD in request.form else (ConfirmForm(formdata=None), 403)
    if refused is None:
        return None
    carried = [pair for pair in request.form.items(multi=True) if pair[0] not in NOT_CARRIED]
    back: str = request.referrer_path  # type: ignore[attr-defined]
    return _page(*refused, carried=[*carried, (BACK_FIELD, back)], action=here, in_between=True, back=back)


def _person() -> Person | None:
    token = session.get("_user_id")
    return services.confirming_person(token) if isinstance(token, str) else None


def _check(person: Person) -> tuple[ConfirmForm, int] | None:
    """The form with what is wrong and the status; nothing when the password is right: then the token will change."""
    form, password = ConfirmForm(formdata=None), request.form.get(PROOF_FIELD, "")
    try:
        if not password:
            raise Invalid(N_("Write the password."), field=PROOF_FIELD)
        services.check_password(person=person, password=password, address=client_address())
    except services.TooManyAttempts as error:
        form.add_error(error)
        return form, 429
    except Invalid as error:
        transaction.keep()
        form.add_error(error)
        return form, 403
    transaction.afterwards(_replace_session)
    return None


def _replace_session() -> None:
    """Another token in the cookie. The rest of it stays: forms that are open in other windows go on working."""
    old = session.get("_user_id")
    if isinstance(old, str) and (new := services.replace_session(old)):
        session.setdefault(FIRST_SESSION, old)
        session["_user_id"] = new


def _page(
    form: ConfirmForm,
    status: int,
    *,
    carried: list[tuple[str, str]],
    action: str,
    in_between: bool = False,
    back: str = "",
) -> tuple[str, int]:
    page = render(
        "identity/confirm.html", form=form, carried=carried, action=action, in_between=in_between, back=back or "/"
    )
    return page, status
