"""A new password by a mailed link."""

from __future__ import annotations

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.core.errors import Invalid
from app.identity import services
from app.identity.forms import EmailForm, NewPasswordForm
from app.identity.views import bp
from app.identity.views.registering import dead_link, unshared
from app.identity.views.signed_in import sign_browser_out
from app.web.permissions import public_page
from app.web.rendering import render
from app.web.security import client_address


@bp.route("/forgot-password", methods=["GET", "POST"])
@public_page
def ask_reset() -> ResponseReturnValue:
    """Ask for the link; the answer is the same whether the address is known or not."""
    form = EmailForm()
    if request.method == "GET":
        return render("identity/ask_reset.html", form=form)
    if not form.validate():
        return render("identity/ask_reset.html", form=form), 422
    try:
        services.request_password_reset(email=form.email.data, address=client_address())
    except services.TooManyAttempts:
        abort(429)
    return redirect(url_for("identity.reset_asked"), code=303)


@bp.get("/forgot-password/check-your-mail")
@public_page
def reset_asked() -> str:
    """Says that a mail is on its way if there is such an account."""
    return render("identity/reset_asked.html")


@bp.route("/reset-password/<token>", methods=["GET", "POST"])
@public_page
def reset_password(token: str) -> ResponseReturnValue:
    """Choose a new password. The link works once and for two hours; looking at it does not use it up."""
    person = services.open_link(token, "reset_password")
    if person is None:
        return dead_link()
    form = NewPasswordForm()
    form.account_email = person.email
    if request.method == "GET":
        return unshared(render("identity/reset_password.html", form=form))
    if not form.validate():
        return unshared(render("identity/reset_password.html", form=form), 422)
    try:
        services.reset_password(token=token, password=form.password.data)
    except services.DeadLink:
        return dead_link()
    except Invalid as invalid:
        form.add_error(invalid)
        return unshared(render("identity/reset_password.html", form=form), 422)
    sign_browser_out()
    flash(gettext("Your password is changed, and you are signed out everywhere. Sign in with the new one."), "success")
    return redirect(url_for("identity.sign_in"), code=303)
