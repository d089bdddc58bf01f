"""Registering, and confirming the address by a mailed link: looking at the link does nothing, the button acts."""

from __future__ import annotations

from flask import Response, abort, flash, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext

from app.core.errors import Invalid
from app.identity import services
from app.identity.forms import RegisterForm
from app.identity.views import bp
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
        return render("identity/register.html", form=form)
    if not form.validate():
        return render("identity/register.html", form=form), 422
    try:
        services.register_person(
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
    return redirect(url_for("identity.registered", next=safe_path(form.next.data) or None), code=303)


@bp.get("/register/check-your-mail")
@public_page
def registered() -> str:
    """Says that a mail is on its way, and where to go on afterwards."""
    return render("identity/registered.html", next=safe_path(request.args.get("next")))


@bp.route("/verify/<token>", methods=["GET", "POST"])
@public_page
def verify(token: str) -> ResponseReturnValue:
    """Confirm the address: a page with a button, because mail scanners open links."""
    if request.method == "GET":
        if services.open_link(token, "verify_email") is None:
            return dead_link()
        return unshared(render("identity/verify.html"))
    try:
        services.verify_email(token=token)
    except services.DeadLink:
        return dead_link()
    flash(gettext("Your e-mail address is confirmed. You can sign in now."), "success")
    return redirect(url_for("identity.sign_in"), code=303)


def unshared(page: str, status: int = 200) -> Response:
    """A page whose address is a secret: the browser tells it to nobody."""
    response = make_response(page, status)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def dead_link() -> Response:
    """A mailed link that no longer works."""
    return unshared(render("identity/dead_link.html"), 410)
