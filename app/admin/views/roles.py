"""Roles in a programme: given and taken away by its managers."""

from __future__ import annotations

import uuid

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from app.admin import services
from app.admin.forms import GrantForm, ReasonForm
from app.admin.policy import Administration
from app.admin.present import grant_line, programme_line
from app.admin.queries import reach
from app.admin.views import bp
from app.core.errors import Invalid, NotFound
from app.identity import queries as identity
from app.identity.models import Programme, RoleGrant
from app.web.permissions import authorised, confirmed_recently, current_actor, requires
from app.web.rendering import render


@bp.get("/roles")
@requires("role.list")
def programmes() -> ResponseReturnValue:
    """The programmes one manages; a single one opens at once."""
    authorised(Administration())
    managed = reach.managed_by(current_user.person_id)
    mine = [p for p in identity.list_programmes() if p.id in managed]
    if len(mine) == 1:
        return redirect(url_for("admin.roles", code=mine[0].code), code=303)
    lines = [programme_line(p, identity.grants_of_programme(p.id)) for p in mine]
    return render("admin/programmes.html", programmes=lines)


@bp.get("/programmes/<code>/roles")
@requires("role.manage")
def roles(code: str) -> str:
    """Who holds which role."""
    return _roles_page(authorised(identity.programme_by_code(code)), GrantForm())


def _roles_page(programme: Programme, form: GrantForm) -> str:
    grants = identity.grants_of_programme(programme.id)
    return render(
        "admin/roles.html",
        code=programme.code,
        name=programme.name,
        grants=[grant_line(g, current_user.person_id) for g in grants],
        form=form,
    )


@bp.post("/programmes/<code>/roles")
@confirmed_recently()
@requires("role.manage")
def grant(code: str) -> ResponseReturnValue:
    """Give a role."""
    programme, form = authorised(identity.programme_by_code(code)), GrantForm()
    if not form.validate():
        return _roles_page(programme, form), 422
    try:
        held = services.grant_role(
            programme=programme, email=form.email.data or "", role=form.role.data, actor=current_actor()
        )
    except Invalid as invalid:
        form.add_error(invalid)
        return _roles_page(programme, form), 422
    name = identity.names_of([held.person_id])[held.person_id]
    flash(gettext("%(name)s holds the role from now on.", name=name), "success")
    return _back(code)


def _back(code: str) -> Response:
    return redirect(url_for("admin.roles", code=code), code=303)


def _grant(programme: Programme, ident: uuid.UUID) -> RoleGrant:
    """A grant of this programme; any other does not exist here."""
    found = next((g for g in identity.grants_of_programme(programme.id) if g.id == ident), None)
    if found is None:
        raise NotFound()
    return found


@bp.route("/programmes/<code>/roles/<uuid:ident>/revoke", methods=["GET", "POST"])
@confirmed_recently()
@requires("role.manage")
def revoke(code: str, ident: uuid.UUID) -> ResponseReturnValue:
    """Take a role away, with a reason; it counts at the person's next request."""
    programme = authorised(identity.programme_by_code(code))
    held, form = _grant(programme, ident), ReasonForm()
    if not form.is_submitted():
        return _revoke_page(programme, held, form)
    if not form.validate():
        return _revoke_page(programme, held, form), 422
    name = held.person.name
    try:
        services.revoke_role(programme=programme, grant=held, reason=form.reason.data or "", actor=current_actor())
    except Invalid as invalid:
        form.add_error(invalid)
        return _revoke_page(programme, held, form), 422
    flash(gettext("%(name)s no longer holds the role.", name=name), "success")
    still_mine = programme.id in reach.managed_by(current_user.person_id)
    return _back(code) if still_mine else redirect("/", code=303)


def _revoke_page(programme: Programme, held: RoleGrant, form: ReasonForm) -> str:
    return render(
        "admin/revoke.html",
        code=programme.code,
        name=programme.name,
        grant=grant_line(held, current_user.person_id),
        form=form,
    )
