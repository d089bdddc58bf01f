"""Members of an organisation, and invitations into it."""

from __future__ import annotations

import uuid

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from app.core.errors import Invalid
from app.identity import policy, queries, services
from app.identity.forms import InvitationForm, MemberRoleForm
from app.identity.models import Membership
from app.identity.present import invitation_view, member_view
from app.identity.views import bp
from app.identity.views.organisations import organisation_page
from app.identity.views.registering import dead_link, unshared
from app.web.filters import translate
from app.web.permissions import authorised, current_actor, public_page, requires
from app.web.rendering import render
from workflows.actors import EDITOR
from workflows.machine import Refusal


@bp.post("/organisations/<uuid:ident>/invitations")
@requires("organisation.manage")
def invite(ident: uuid.UUID) -> ResponseReturnValue:
    """Invite somebody by mail."""
    organisation, form = authorised(queries.get_organisation(ident)), InvitationForm()
    if not form.validate():
        return organisation_page(organisation, form), 422
    try:
        services.invite_member(
            organisation=organisation, email=form.email.data, role=form.role.data, actor=current_actor()
        )
    except services.TooManyAttempts:
        abort(429)
    except Invalid as invalid:
        form.add_error(invalid)
        return organisation_page(organisation, form), 422
    flash(gettext("The invitation is on its way to %(email)s.", email=form.email.data), "success")
    return _back_to(ident)


def _back_to(organisation_id: uuid.UUID) -> Response:
    return redirect(url_for("identity.organisation", ident=organisation_id), code=303)


@bp.post("/invitations/<uuid:ident>/withdraw")
@requires("invitation.withdraw")
def withdraw_invitation(ident: uuid.UUID) -> Response:
    """Take an invitation back."""
    invitation = authorised(queries.get_invitation(ident))
    services.withdraw_invitation(invitation=invitation, actor=current_actor())
    flash(gettext("The invitation is withdrawn."), "success")
    return _back_to(invitation.organisation_id)


@bp.get("/invitations/<token>")
@public_page
def invitation(token: str) -> ResponseReturnValue:
    """Where a mailed invitation leads; only the button, pressed by the invited person, accepts it."""
    found = queries.invitation_by_token(services.token_hash(token))
    if found is None or found not in queries.open_invitations(organisation_id=found.organisation_id):
        return dead_link()
    mine = policy.SELF in policy.invitation_relations(current_actor(), found)
    page = render(
        "identity/invitation.html",
        invitation=invitation_view(found),
        mine=mine,
        signed_in=current_user.is_authenticated,
        here=request.path,
    )
    return unshared(page)


@bp.post("/invitations/<uuid:ident>/accept")
@requires("invitation.accept")
def accept_invitation(ident: uuid.UUID) -> Response:
    """Join the organisation."""
    invitation = authorised(queries.get_invitation(ident))
    person = queries.get_person(current_user.person_id)
    assert person is not None
    try:
        services.accept_invitation(invitation=invitation, person=person, actor=current_actor())
    except services.DeadLink as dead:
        flash(translate(Refusal(dead.message)), "error")
        return redirect(url_for("identity.organisations"), code=303)
    flash(gettext("You are now a member of %(name)s.", name=invitation.organisation.name), "success")
    return _back_to(invitation.organisation_id)


def _membership(organisation_id: uuid.UUID, ident: uuid.UUID) -> Membership:
    """The membership, if it belongs to that organisation and the person may do the route's action on it."""
    found = queries.get_membership(ident)
    return authorised(found if found and found.organisation_id == organisation_id else None)


@bp.route("/organisations/<uuid:organisation_id>/members/<uuid:ident>", methods=["GET", "POST"])
@requires("organisation.manage")
def member(organisation_id: uuid.UUID, ident: uuid.UUID) -> ResponseReturnValue:
    """Another role for a member, or the end of the membership."""
    membership = _membership(organisation_id, ident)
    form = MemberRoleForm(data={"role": membership.role})
    if not form.is_submitted():
        return _member_page(membership, form)
    if not form.validate():
        return _member_page(membership, form), 422
    try:
        services.change_member_role(membership=membership, role=form.role.data, actor=current_actor())
    except Invalid as invalid:
        form.add_error(invalid)
        return _member_page(membership, form), 422
    flash(gettext("The role is changed. It counts from now on."), "success")
    return _back_or_list(organisation_id)


def _member_page(membership: Membership, form: MemberRoleForm) -> str:
    return render(
        "identity/member.html",
        form=form,
        member=member_view(membership, current_actor()),
        organisation_id=membership.organisation_id,
        organisation_name=membership.organisation.name,
    )


def _back_or_list(organisation_id: uuid.UUID) -> Response:
    """Back to the organisation, or to the list when it is no longer one's own."""
    if organisation_id in queries.memberships_of(current_user.person_id):
        return _back_to(organisation_id)
    return redirect(url_for("identity.organisations"), code=303)


@bp.post("/organisations/<uuid:organisation_id>/members/<uuid:ident>/remove")
@requires("organisation.manage")
def remove_member(organisation_id: uuid.UUID, ident: uuid.UUID) -> ResponseReturnValue:
    """End somebody's membership."""
    membership = _membership(organisation_id, ident)
    return _end(membership, gettext("%(name)s is no longer a member.", name=membership.person.name))


@bp.post("/organisations/<uuid:organisation_id>/leave")
@requires("organisation.leave")
def leave(organisation_id: uuid.UUID) -> ResponseReturnValue:
    """End one's own membership."""
    authorised(queries.get_organisation(organisation_id))
    own = [m for m in queries.members_of(organisation_id) if m.person_id == current_user.person_id]
    membership = queries.get_membership(own[0].id)
    assert membership is not None
    return _end(membership, gettext("You have left %(name)s.", name=membership.organisation.name))


def _end(membership: Membership, done: str) -> ResponseReturnValue:
    organisation_id = membership.organisation_id
    try:
        services.remove_member(membership=membership, actor=current_actor())
    except Invalid as invalid:
        form = InvitationForm(formdata=None, data={"role": EDITOR})
        form.add_error(invalid)
        return organisation_page(membership.organisation, form), 422
    flash(done, "success")
    return _back_or_list(organisation_id)
