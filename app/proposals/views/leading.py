"""Who leads a proposal, to which organisation it belongs, and those who may sign reminded."""

from __future__ import annotations

import uuid

from flask import flash, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.identity import queries as identity_queries
from app.proposals import queries, services
from app.proposals.forms import LeadForm, OrganisationForm, choices
from app.proposals.models import Proposal
from app.proposals.present.team import leaders, other_organisations
from app.proposals.views import bp
from app.proposals.views.loading import load_proposal, load_stage
from app.proposals.views.team import TEAM, show_team
from app.web.permissions import authorised, current_actor, requires

Answer = Response | str | tuple[str, int]


def _back(proposal_id: uuid.UUID) -> Response:
    return redirect(url_for("proposals.team", proposal_id=proposal_id), code=303)


@bp.post(TEAM + "/lead")
@requires("proposal.manage_team")
def offer_lead(proposal_id: uuid.UUID) -> Answer:
    """Ask a member to lead the proposal."""
    proposal = load_proposal(proposal_id)
    form = LeadForm(prefix="lead")
    form.person.choices = choices(leaders(proposal))
    if not form.took(lambda: _offer(proposal, uuid.UUID(form.person.data))):
        return show_team(proposal, lead=form), 422
    flash(gettext("The person is asked. Nothing changes before they accept."), "success")
    return _back(proposal_id)


def _offer(proposal: Proposal, person_id: uuid.UUID) -> None:
    person = identity_queries.get_person(person_id)
    if person is not None:
        services.offer_lead(proposal=proposal, person=person, actor=current_actor())


@bp.post("/lead/<uuid:ident>/accept")
@requires("proposal.join")
def accept_lead(ident: uuid.UUID) -> Response:
    """Lead the proposal from now on."""
    transfer = authorised(queries.get_transfer(ident))
    services.accept_lead(transfer=transfer, actor=current_actor())
    flash(gettext("You lead this proposal now."), "success")
    return _back(transfer.proposal_id)


@bp.post("/lead/<uuid:ident>/refuse")
@requires("proposal.refuse_lead")
def refuse_lead(ident: uuid.UUID) -> Response:
    """Say no, or take the question back."""
    transfer = authorised(queries.get_transfer(ident))
    services.refuse_lead(transfer=transfer, actor=current_actor())
    flash(gettext("The lead stays where it was."), "success")
    return _back(transfer.proposal_id)


@bp.post(TEAM + "/organisation")
@requires("proposal.move_organisation")
def move_to_organisation(proposal_id: uuid.UUID) -> Answer:
    """Move a draft to another organisation of which one is owner too."""
    proposal = load_proposal(proposal_id)
    form = OrganisationForm(prefix="move")
    form.organisation.choices = choices(other_organisations(proposal, current_actor()))
    if not form.took(lambda: _move(proposal, uuid.UUID(form.organisation.data))):
        return show_team(proposal, move=form), 422
    flash(gettext("The proposal belongs to %(name)s now.", name=proposal.organisation.name), "success")
    return _back(proposal_id)


def _move(proposal: Proposal, organisation_id: uuid.UUID) -> None:
    organisation = identity_queries.get_organisation(organisation_id)
    if organisation is not None:
        services.move_to_organisation(proposal=proposal, organisation=organisation, actor=current_actor())


@bp.post("/<uuid:proposal_id>/stages/<key>/remind-signers")
@requires("proposal.remind_signers")
def remind_signers(proposal_id: uuid.UUID, key: str) -> Response:
    """Write once more to those who may sign."""
    submission = load_stage(proposal_id, key)
    services.remind_signers(submission=submission, actor=current_actor())
    flash(gettext("Those who may sign are reminded."), "success")
    return _back(proposal_id)
