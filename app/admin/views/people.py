"""The people of one's programmes; closing and opening their accounts."""

from __future__ import annotations

import uuid

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from app.admin import services
from app.admin.forms import ReasonForm
from app.admin.policy import Administration
from app.admin.present import PersonLine, person_lines
from app.admin.queries import people as queries
from app.admin.queries import reach
from app.admin.views import bp
from app.core.errors import Invalid
from app.identity import queries as identity
from app.identity.models import Person
from app.web.forms import stripped
from app.web.pagination import paginate
from app.web.permissions import authorised, confirmed_recently, current_actor, requires
from app.web.rendering import render

ONLY = ("staff", "suspended")


@bp.get("/people")
@requires("person.list")
def people() -> str:
    """Everybody whom one's programmes have to do with."""
    authorised(Administration())
    words, only = stripped(request.args.get("q"))[:100], request.args.get("only", "")
    me, managed = current_user.person_id, reach.managed_by(current_user.person_id)
    page = paginate(queries.list_people(me, managed, words=words, only=only if only in ONLY else ""))
    return render("admin/people.html", people=_lines(list(page.rows)), page=page, words=words, only=only)


def _lines(people: list[Person]) -> list[PersonLine]:
    me, managed = current_user.person_id, reach.managed_by(current_user.person_id)
    ids = [p.id for p in people]
    return person_lines(people, queries.roles_of(ids, managed), queries.organisations_of(ids, me, managed))


@bp.get("/people/<uuid:ident>")
@requires("person.view")
def person(ident: uuid.UUID) -> str:
    """One person, and the form to suspend them."""
    return _person_page(authorised(identity.get_person(ident)), ReasonForm())


def _person_page(person: Person, form: ReasonForm) -> str:
    return render(
        "admin/person.html", person=_lines([person])[0], form=form, is_you=person.id == current_user.person_id
    )


@bp.post("/people/<uuid:ident>/suspend")
@confirmed_recently()
@requires("person.suspend")
def suspend(ident: uuid.UUID) -> ResponseReturnValue:
    """Close the account: signed out everywhere at the next request."""
    person, form = authorised(identity.get_person(ident)), ReasonForm()
    if not form.validate():
        return _person_page(person, form), 422
    try:
        services.suspend(person=person, reason=form.reason.data or "", actor=current_actor())
    except Invalid as invalid:
        form.add_error(invalid)
        return _person_page(person, form), 422
    flash(gettext("The account of %(name)s is suspended.", name=person.name), "success")
    return redirect(url_for("admin.person", ident=ident), code=303)


@bp.post("/people/<uuid:ident>/unsuspend")
@confirmed_recently()
@requires("person.suspend")
def unsuspend(ident: uuid.UUID) -> ResponseReturnValue:
    """Open the account again."""
    person, form = authorised(identity.get_person(ident)), ReasonForm()
    if not form.validate():
        return _person_page(person, form), 422
    try:
        services.unsuspend(person=person, reason=form.reason.data or "", actor=current_actor())
    except Invalid as invalid:
        form.add_error(invalid)
        return _person_page(person, form), 422
    flash(gettext("The account of %(name)s is open again.", name=person.name), "success")
    return redirect(url_for("admin.person", ident=ident), code=303)
