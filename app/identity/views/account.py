"""One's own account: name, language, password, and signing out everywhere."""

from __future__ import annotations

from flask import abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, gettext
from flask_login import current_user

from app.core.errors import Conflict, Invalid
from app.identity import queries, services
from app.identity.forms import AccountForm, ChangePasswordForm, show_version
from app.identity.models import Person
from app.identity.present import account_view
from app.identity.views import bp
from app.identity.views.signed_in import sign_browser_in, sign_browser_out
from app.identity.views.signing_in import remember_language
from app.web import transaction
from app.web.permissions import authorised, current_actor, requires
from app.web.rendering import render
from app.web.security import client_address


def _me() -> Person:
    return authorised(queries.get_person(current_user.person_id))


@bp.get("/account")
@requires("account.view")
def account() -> str:
    """The account page."""
    person = _me()
    form = AccountForm(data={"name": person.name, "locale": person.locale, "version": person.version})
    return _account_page(person, form)


def _account_page(person: Person, form: AccountForm) -> str:
    others = person.email_verified_at is not None and bool(queries.newcomers_with(person.email, 1))
    view = account_view(person, len(queries.live_sessions_of(person.id)), others_begun=others)
    return render("identity/account.html", account=view, form=form)


@bp.post("/account")
@requires("account.change")
def change_account() -> ResponseReturnValue:
    """Change name and language."""
    person, form = _me(), AccountForm()
    if not form.validate():
        return _account_page(person, form), 422
    try:
        services.change_account(
            person=person,
            name=form.name.data,
            locale=form.locale.data,
            expected_version=form.expected_version,
            actor=current_actor(),
        )
    except Conflict as conflict:
        form.add_error(conflict)
        show_version(form, person.version)
        return _account_page(person, form), 409
    with force_locale(person.locale):
        flash(gettext("Your account is changed."), "success")
    return remember_language(redirect(url_for("identity.account"), code=303), person.locale)


@bp.get("/account/password")
@requires("account.view")
def password() -> str:
    """The form for a new password."""
    _me()
    return render("identity/password.html", form=ChangePasswordForm())


@bp.post("/account/password")
@requires("account.change")
def change_password() -> ResponseReturnValue:
    """Change the password: every other browser is signed out, this one goes on with a new session."""
    person, form = _me(), ChangePasswordForm()
    form.account_email = person.email
    if not form.validate():
        return render("identity/password.html", form=form), 422
    try:
        services.change_password(
            person=person, present=form.present.data, password=form.password.data, address=client_address()
        )
    except services.TooManyAttempts:
        abort(429)
    except Invalid as invalid:
        transaction.keep()
        form.add_error(invalid)
        return render("identity/password.html", form=form), 422
    sign_browser_in(person)
    flash(gettext("Your password is changed. Every other browser is signed out."), "success")
    return redirect(url_for("identity.account"), code=303)


@bp.post("/account/sign-out-everywhere")
@requires("account.change")
def sign_out_everywhere() -> ResponseReturnValue:
    """End all sessions of this person, this one included."""
    services.end_sessions(_me().id)
    sign_browser_out()
    flash(gettext("You are signed out in every browser."), "success")
    return redirect(url_for("identity.sign_in"), code=303)
