"""Registering, and confirming the address by a mailed link: looking at the link does nothing, the button acts."""

from __future__ import annotations

from flask import Response, abort, flash, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext
from flask_login import current_user

from app.core.errors import Invalid
from app.identity import queries, services
from app.identity.forms import RegisterForm, VerifyForm
from app.identity.views import bp
from app.identity.views.signed_in import sign_browser_in
from app.identity.views.signing_in import destination
from app.web import transaction
from app.web.permissions import public_page
from app.web.rendering import render
from app.web.security import client_address, safe_path


@bp.route("/register", methods=["GET", "POST"])
@public_page
def register() -> ResponseReturnValue:
    """A new account; the answer is the same whether the address is known or not."""
    form = RegisterForm()
    if request.method == "GET":
        form.next.data = safe_path(request.args.get("next"))
        known = current_user.is_authenticated
        return redirect(destination(form.next.data), 303) if known else render("identity/register.html", form=form)
    if not form.validate():
        return render("identity/register.html", form=form), 422
    try:
        person = services.register_person(
            email=form.email.data,
            name=form.name.data,
            password=form.password.data,
            locale=str(get_locale() or "en"),
            address=client_address(),
        )
    except services.TooManyAttempts:
        abort(429)
    except Invalid as invalid:
        form.add_error(invalid)
        return render("identity/register.html", form=form), 422
    sign_browser_in(person)
    return redirect(destination(form.next.data), code=303)


@bp.route("/verify/<token>", methods=["GET", "POST"])
@public_page
def verify(token: str) -> ResponseReturnValue:
    """Confirm the address: a page with a button, because mail scanners open links.

    In another browser than the one that registered it takes the password: the mail may have reached somebody else.
    """
    person = services.open_link(token, "verify_email")
    if person is None:
        return dead_link()
    if queries.person_by_email(person.email) is not None:
        return unshared(render("identity/address_taken.html", email=person.email))
    is_here = current_user.is_authenticated and current_user.person_id == person.id
    form = VerifyForm()
    if request.method == "GET" or not (is_here or form.validate()):
        page = render("identity/verify.html", form=form, asks=not is_here, email=person.email, token=token)
        return unshared(page, 200 if request.method == "GET" else 422)
    return _verify(token, form, is_here=is_here)


def _verify(token: str, form: VerifyForm, *, is_here: bool) -> ResponseReturnValue:
    password = None if is_here else form.account_password.data
    try:
        person = services.verify_email(token=token, password=password, address=client_address())
    except services.TooManyAttempts:
        abort(429)
    except (services.DeadLink, services.AddressTaken):
        return dead_link()
    except Invalid as refused:
        transaction.keep()
        form.add_error(refused)
        email = services.open_link(token, "verify_email").email  # type: ignore[union-attr]
        return unshared(render("identity/verify.html", form=form, asks=True, email=email, token=token), 422)
    if not is_here:
        sign_browser_in(person)
    flash(gettext("Your e-mail address is confirmed."), "success")
    return redirect("/", code=303)


@bp.post("/verify/<token>/new-password")
@public_page
def choose_password_instead(token: str) -> ResponseReturnValue:
    """Whoever has the mailed link and not the password chooses a new one; every other browser is signed out then."""
    try:
        link = services.choose_password_instead(token=token)
    except (services.DeadLink, services.AddressTaken):
        return dead_link()
    return redirect(url_for("identity.reset_password", token=link), code=303)


def unshared(page: str, status: int = 200) -> Response:
    """A page whose address is a secret: the browser tells it to nobody."""
    response = make_response(page, status)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def dead_link() -> Response:
    """A mailed link that no longer works."""
    return unshared(render("identity/dead_link.html"), 410)
