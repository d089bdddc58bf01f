"""The team of a proposal: who works on it, inviting, other roles, leaving."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from flask import abort, flash, redirect, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from app.core.errors import NotFound
from app.identity import queries as identity_queries
from app.identity import services as identity
from app.identity.views.registering import dead_link, unshared
from app.proposals import queries, services
from app.proposals.forms import InviteForm, LeadForm, OrganisationForm, PartForm, choices
from app.proposals.models import Proposal, ProposalCollaborator, ProposalInvitation
from app.proposals.policy import SELF
from app.proposals.present.team import (
    invitation_view,
    leaders,
    other_organisations,
    part_view,
    role_choices,
    section_titles,
    team_page,
)
from app.proposals.views import bp
from app.proposals.views.loading import language, load_proposal, my_id
from app.web.filters import translate
from app.web.permissions import authorised, current_actor, public_page, relations_to, requires
from app.web.rendering import render

TEAM = "/<uuid:proposal_id>/team"
Answer = Response | str | tuple[str, int]


@bp.get(TEAM)
@requires("proposal.view_own")
def team(proposal_id: uuid.UUID) -> str:
    """Who works on the proposal."""
    return show_team(load_proposal(proposal_id))


def show_team(
    proposal: Proposal,
    invite: InviteForm | PartForm | None = None,
    lead: LeadForm | None = None,
    move: OrganisationForm | None = None,
) -> str:
    """The page of the team, with the form that was refused, if one was."""
    actor = current_actor()
    invite = invite or _with_choices(InviteForm(formdata=None), proposal)
    if lead is None:
        lead = LeadForm(formdata=None, prefix="lead")
        lead.person.choices = choices(leaders(proposal))
    if move is None:
        move = OrganisationForm(formdata=None, prefix="move")
        move.organisation.choices = choices(other_organisations(proposal, actor))
    return render("proposals/team.html", page=team_page(proposal, actor, language()), form=invite, lead=lead, move=move)


def _with_choices(form: InviteForm | PartForm, proposal: Proposal, held: Collection[str] = ()) -> InviteForm | PartForm:
    form.role.choices = choices(role_choices(proposal, current_actor()))
    titles = section_titles(proposal, language())
    form.sections.choices = choices((name, titles[name]) for name in services.parts_to_give(proposal, held))
    return form


def _back(proposal_id: uuid.UUID) -> Response:
    return redirect(url_for("proposals.team", proposal_id=proposal_id), code=303)


@bp.post(TEAM + "/invitations")
@requires("proposal.manage_team")
def invite_collaborator(proposal_id: uuid.UUID) -> Answer:
    """Invite somebody by mail to work on this proposal."""
    proposal = load_proposal(proposal_id)
    form = _with_choices(InviteForm(), proposal)
    try:
        if not form.took(lambda: _invite(proposal, form)):
            return show_team(proposal, invite=form), 422
    except identity.TooManyAttempts:
        abort(429)
    flash(gettext("The invitation is on its way to %(email)s.", email=form.email.data), "success")
    return _back(proposal_id)


def _invite(proposal: Proposal, form: InviteForm | PartForm) -> None:
    services.invite_collaborator(
        proposal=proposal,
        email=form.email.data,
        role=form.role.data,
        sections=form.sections.data or (),
        actor=current_actor(),
    )


@bp.post(TEAM + "/invitations/<uuid:ident>/withdraw")
@requires("proposal.manage_team")
def withdraw_collaboration(proposal_id: uuid.UUID, ident: uuid.UUID) -> Response:
    """Take an invitation back."""
    load_proposal(proposal_id)
    invitation = queries.get_invitation(ident)
    if invitation is None or invitation.proposal_id != proposal_id:
        raise NotFound()
    services.withdraw_collaboration(invitation=invitation, actor=current_actor())
    flash(gettext("The invitation is withdrawn."), "success")
    return _back(proposal_id)


@bp.get("/invitations/<token>")
@public_page
def collaboration(token: str) -> Response | str:
    """Where a mailed invitation leads; only the button, pressed by the invited person, accepts it."""
    found = queries.invitation_by_token(identity.token_hash(token))
    if found is None:
        return dead_link()
    signed_in = bool(current_user.is_authenticated)
    mine = signed_in and relations_to(found, "proposal.join") >= SELF
    page = render(
        "proposals/invitation.html",
        invitation=invitation_view(found, language(), section_titles(found.proposal, language())),
        mine=mine,
        works_for_programme=mine and _works_for_programme(found),
        signed_in=signed_in,
        here=url_for("proposals.collaboration", token=token),
    )
    return unshared(page)


def _works_for_programme(invitation: ProposalInvitation) -> bool:
    """Whether joining would close the programme's side of this proposal to the reader."""
    return invitation.proposal.call.programme_id in identity_queries.programme_roles(my_id())


@bp.post("/invitations/<uuid:ident>/accept")
@requires("proposal.join")
def accept_collaboration(ident: uuid.UUID) -> Response:
    """Join the proposal."""
    invitation = authorised(queries.get_invitation(ident))
    person = identity_queries.get_person(my_id())
    assert person is not None
    try:
        services.accept_collaboration(invitation=invitation, person=person, actor=current_actor())
    except identity.DeadLink as dead:
        flash(translate(dead), "error")
        return redirect(url_for("proposals.index"), code=303)
    flash(gettext("You now work on “%(title)s”.", title=invitation.proposal.title), "success")
    return redirect(url_for("proposals.show", proposal_id=invitation.proposal_id), code=303)


def _collaborator(proposal: Proposal, ident: uuid.UUID) -> ProposalCollaborator:
    found = queries.get_collaborator(proposal.id, ident)
    if found is None:
        raise NotFound()
    return found


@bp.route(TEAM + "/<uuid:ident>", methods=["GET", "POST"])
@requires("proposal.manage_team")
def collaborator(proposal_id: uuid.UUID, ident: uuid.UUID) -> Answer:
    """Another role for a collaborator, other sections, or the end of the part."""
    proposal = load_proposal(proposal_id)
    found = _collaborator(proposal, ident)
    form = _with_choices(PartForm(data={"role": found.role, "sections": found.sections}), proposal, found.sections)
    if not form.is_submitted():
        return _part_page(proposal, found, form)
    if not form.took(lambda: _change(proposal, found, form)):
        return _part_page(proposal, found, form), 422
    flash(gettext("The role is changed. It counts from now on."), "success")
    return _back(proposal_id)


def _change(proposal: Proposal, found: ProposalCollaborator, form: InviteForm | PartForm) -> None:
    services.change_part(
        proposal=proposal,
        collaborator=found,
        role=form.role.data,
        sections=form.sections.data or (),
        actor=current_actor(),
    )


def _part_page(proposal: Proposal, found: ProposalCollaborator, form: InviteForm | PartForm) -> str:
    return render("proposals/collaborator.html", part=part_view(proposal, found), form=form)


@bp.post(TEAM + "/<uuid:ident>/remove")
@requires("proposal.manage_team")
def remove_collaborator(proposal_id: uuid.UUID, ident: uuid.UUID) -> Response:
    """End somebody's part at once."""
    proposal = load_proposal(proposal_id)
    found = _collaborator(proposal, ident)
    services.end_part(proposal=proposal, collaborator=found, actor=current_actor())
    flash(gettext("%(name)s no longer works on this proposal.", name=found.person.name), "success")
    return _back(proposal_id)


@bp.post(TEAM + "/leave")
@requires("proposal.view_own")
def leave_team(proposal_id: uuid.UUID) -> Response:
    """End one's own part."""
    proposal = load_proposal(proposal_id)
    own = queries.collaborator_row(proposal.id, my_id())
    if own is None or own.ended_at is not None:
        raise NotFound()
    services.end_part(proposal=proposal, collaborator=own, actor=current_actor())
    flash(gettext("You no longer work on “%(title)s”.", title=proposal.title), "success")
    return redirect(url_for("proposals.index"), code=303)
