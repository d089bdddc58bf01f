"""Organisations: one's own list, a new one, profile and change."""

from __future__ import annotations

import uuid

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from app.core.errors import Conflict
from app.identity import queries, services
from app.identity.forms import InvitationForm, OrganisationForm, show_version
from app.identity.models import Organisation
from app.identity.present import invitation_view, organisation_line, organisation_view
from app.identity.views import bp
from app.web.permissions import authorised, can, current_actor, requires
from app.web.rendering import render
from workflows.actors import EDITOR


@bp.get("/organisations")
@requires("organisation.list")
def organisations() -> str:
    """One's organisations, and the invitations that wait for one's answer."""
    person = authorised(queries.get_person(current_user.person_id))
    roles = queries.memberships_of(person.id)
    lines = [organisation_line(o, roles[o.id]) for o in queries.organisations_of(person.id)]
    invitations = queries.open_invitations(email=person.email) if person.email_verified_at else []
    return render(
        "identity/organisations.html",
        organisations=lines,
        invitations=[invitation_view(i) for i in invitations],
    )


@bp.route("/organisations/new", methods=["GET", "POST"])
@requires("organisation.create")
def new_organisation() -> ResponseReturnValue:
    """Register an organisation; whoever does becomes its owner."""
    authorised(queries.get_person(current_user.person_id))
    form = OrganisationForm()
    if not form.is_submitted():
        return render("identity/organisation_new.html", form=form)
    if not form.validate():
        return render("identity/organisation_new.html", form=form), 422
    organisation = services.create_organisation(actor=current_actor(), **form.profile())
    flash(gettext("%(name)s is registered. You can invite colleagues below.", name=organisation.name), "success")
    return redirect(url_for("identity.organisation", ident=organisation.id), code=303)


@bp.get("/organisations/<uuid:ident>")
@requires("organisation.view")
def organisation(ident: uuid.UUID) -> str:
    """Profile and members."""
    return organisation_page(authorised(queries.get_organisation(ident)), InvitationForm(data={"role": EDITOR}))


def organisation_page(organisation: Organisation, invitation_form: InvitationForm) -> str:
    """The page of an organisation, for those of its members who look."""
    actor = current_actor()
    view = organisation_view(
        organisation,
        queries.members_of(organisation.id),
        queries.open_invitations(organisation_id=organisation.id),
        queries.memberships_of(current_user.person_id)[organisation.id],
        actor,
    )
    return render(
        "identity/organisation.html",
        organisation=view,
        form=invitation_form,
        may_change=bool(can("organisation.change", organisation)),
        may_manage=bool(can("organisation.manage", organisation)),
    )


@bp.route("/organisations/<uuid:ident>/edit", methods=["GET", "POST"])
@requires("organisation.change")
def change_organisation(ident: uuid.UUID) -> ResponseReturnValue:
    """Change the profile."""
    organisation = authorised(queries.get_organisation(ident))
    form = OrganisationForm(obj=organisation)
    if not form.is_submitted():
        return _edit_page(organisation, form)
    if not form.validate():
        return _edit_page(organisation, form), 422
    try:
        services.change_organisation(
            organisation=organisation,
            actor=current_actor(),
            expected_version=form.expected_version,
            **form.profile(),
        )
    except Conflict as conflict:
        form.add_error(conflict)
        show_version(form, organisation.version)
        return _edit_page(organisation, form), 409
    flash(gettext("The profile is changed."), "success")
    return redirect(url_for("identity.organisation", ident=ident), code=303)


def _edit_page(organisation: Organisation, form: OrganisationForm) -> str:
    return render("identity/organisation_edit.html", form=form, name=organisation.name, ident=organisation.id)
