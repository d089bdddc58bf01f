"""An address that is not confirmed yet: another mail, another address; and what was begun with one's own elsewhere."""

from __future__ import annotations

import uuid

from flask import abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from app.core.errors import Conflict, Invalid, NotFound
from app.identity import queries, services
from app.identity.forms import AddressForm, show_version
from app.identity.models import Person
from app.identity.present import begun_views
from app.identity.views import bp
from app.web.permissions import authorised, current_actor, requires
from app.web.rendering import render

MOST_SHOWN = 20


def _me() -> Person:
    return authorised(queries.get_person(current_user.person_id))


def _address_page(person: Person, form: AddressForm) -> str:
    return render("identity/address.html", email=person.email, form=form)


@bp.get("/account/address")
@requires("account.view")
def address() -> ResponseReturnValue:
    """How to confirm the address, to get another mail, or to mend the address; nothing once it is confirmed."""
    person = _me()
    if person.email_verified_at is not None:
        return redirect(url_for("identity.account"), code=303)
    return _address_page(person, AddressForm(data={"email": person.email, "version": person.version}))


@bp.post("/account/address")
@requires("account.change")
def change_address() -> ResponseReturnValue:
    """Another address; it gets the mail that confirms it."""
    person, form = _me(), AddressForm()
    if not form.validate():
        return _address_page(person, form), 422
    try:
        services.change_address(
            person=person, email=form.email.data, expected_version=form.expected_version, actor=current_actor()
        )
    except services.TooManyAttempts:
        abort(429)
    except Conflict as conflict:
        form.add_error(conflict)
        show_version(form, person.version)
        return _address_page(person, form), 409
    except Invalid as invalid:
        form.add_error(invalid)
        return _address_page(person, form), 422
    flash(gettext("We have sent a mail to %(email)s. Open the link in it.", email=person.email), "success")
    return redirect(url_for("identity.address"), code=303)


@bp.post("/account/address/mail")
@requires("account.change")
def send_link_again() -> ResponseReturnValue:
    """The confirming mail once more."""
    person = _me()
    try:
        sent = services.send_link_again(person=person)
    except Invalid:
        return redirect(url_for("identity.account"), code=303)
    if not sent:
        abort(429)
    flash(gettext("We have sent a mail to %(email)s. Open the link in it.", email=person.email), "success")
    return redirect(url_for("identity.address"), code=303)


@bp.get("/account/begun")
@requires("account.view")
def begun() -> str:
    """What was begun with this person's address in accounts that never confirmed it."""
    person = _me()
    found = queries.newcomers_with(person.email, MOST_SHOWN) if person.email_verified_at else []
    organisations = queries.organisations_of_each([one.id for one in found])
    return render("identity/begun.html", begun=begun_views(found, organisations), email=person.email)


@bp.post("/account/begun/<uuid:ident>/take-over")
@requires("account.change")
def take_over(ident: uuid.UUID) -> ResponseReturnValue:
    """Bring it into this account."""
    person = _me()
    services.take_over(newcomer=_newcomer(ident), owner=person, actor=current_actor())
    flash(gettext("What was begun is yours now; you find it among your proposals."), "success")
    return redirect(url_for("identity.organisations"), code=303)


@bp.post("/account/begun/<uuid:ident>/discard")
@requires("account.change")
def discard(ident: uuid.UUID) -> ResponseReturnValue:
    """Close that account: it was somebody else."""
    person = _me()
    services.discard(newcomer=_newcomer(ident), owner=person, actor=current_actor())
    flash(gettext("That account is closed."), "success")
    return redirect(url_for("identity.begun"), code=303)


def _newcomer(ident: uuid.UUID) -> Person:
    found = queries.get_person(ident)
    if found is None:
        raise NotFound()
    return found
