"""Signing in and out."""

from __future__ import annotations

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from app.extensions import current_settings
from app.identity import queries, services
from app.identity.forms import SignInForm
from app.identity.present import demo_hint
from app.identity.views import bp
from app.identity.views.signed_in import sign_browser_in, sign_browser_out
from app.web import transaction
from app.web.permissions import public_page
from app.web.rendering import render
from app.web.security import client_address, safe_path

LANGUAGE_COOKIE_SECONDS = 31_536_000


@bp.route("/sign-in", methods=["GET", "POST"])
@public_page
def sign_in() -> ResponseReturnValue:
    """Ask for address and password; a wrong pair gets one and the same answer, and is counted."""
    form = SignInForm()
    if request.method == "GET":
        form.next.data = safe_path(request.args.get("next"))
        return redirect(destination(form.next.data), 303) if current_user.is_authenticated else _page(form)
    if not form.validate():
        return _page(form), 422
    try:
        person = services.sign_in(email=form.email.data, password=form.password.data, address=client_address())
    except services.TooManyAttempts:
        abort(429)
    except services.SignInRefused as refused:
        transaction.keep()
        form.add_error(refused)
        return _page(form), 422
    sign_browser_in(person)
    if person.email_verified_at and queries.newcomers_with(person.email, 1):
        flash(gettext("Something was begun with your address in a new account. Look at it under your account."), "info")
    return remember_language(redirect(destination(form.next.data), 303), person.locale)


def _page(form: SignInForm) -> str:
    return render("identity/sign_in.html", form=form, demo=demo_hint(current_settings()))


def destination(wanted: str | None) -> str:
    """Where to go after signing in: a page of this site, else the start page."""
    return safe_path(wanted) or "/"


def remember_language(response: Response, locale: str) -> Response:
    """Show pages in the person's language from now on."""
    response.set_cookie(
        "language",
        locale,
        max_age=LANGUAGE_COOKIE_SECONDS,
        secure=current_settings().is_production,
        httponly=True,
        samesite="Lax",
    )
    return response


@bp.post("/sign-out")
@public_page
def sign_out() -> ResponseReturnValue:
    """End the session on the server; harmless when there is none."""
    sign_browser_out()
    flash(gettext("You are signed out."), "success")
    return redirect(url_for("identity.sign_in"), code=303)
