"""The page of a proposal, its thread, and conflicts of interest."""

from __future__ import annotations

import uuid

from flask import flash, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.core.errors import DomainError
from app.identity import queries as identity_queries
from app.proposals import queries, services
from app.proposals.forms import ConflictForm, DeclareForm, MessageForm, choices
from app.proposals.models import Proposal
from app.proposals.present.pages import proposal_page
from app.proposals.present.screening import conflict_rows, heading, people_options
from app.proposals.views import bp
from app.proposals.views.loading import language, load_proposal, my_id
from app.web.permissions import current_actor, requires
from app.web.rendering import render
from workflows.actors import PROGRAMME_ROLES

Answer = Response | str | tuple[str, int]


@bp.get("/<uuid:proposal_id>")
@requires("proposal.view")
def show(proposal_id: uuid.UUID) -> str:
    """A proposal as its reader's side sees it."""
    return _show(load_proposal(proposal_id), MessageForm(formdata=None))


def _show(proposal: Proposal, form: MessageForm) -> str:
    page = proposal_page(proposal, current_actor(), language())
    return render("proposals/show.html", page=page, form=form, declare=DeclareForm(formdata=None, prefix="declare"))


@bp.post("/<uuid:proposal_id>/messages")
@requires("proposal.message", shows_again=True)
def post_message(proposal_id: uuid.UUID) -> Answer:
    """Write into the thread."""
    proposal = load_proposal(proposal_id)
    form = MessageForm()
    if not form.validate_on_submit():
        return _show(proposal, form), 422
    try:
        services.post_message(proposal=proposal, text=form.text.data, actor=current_actor())
    except DomainError as error:
        form.add_error(error)
        return _show(proposal, form), 422
    flash(gettext("Your message was sent."), "success")
    return redirect(url_for("proposals.show", proposal_id=proposal_id, _anchor="thread"), code=303)


@bp.get("/<uuid:proposal_id>/conflicts")
@requires("proposal.record_conflict")
def conflicts(proposal_id: uuid.UUID) -> str:
    """Recorded conflicts of interest, and the form for one more."""
    proposal = load_proposal(proposal_id)
    return _conflicts(proposal, _conflict_form(proposal))


def _conflict_form(proposal: Proposal) -> ConflictForm:
    form = ConflictForm()
    known = {conflict.person_id for conflict in queries.conflicts_of(proposal.id)}
    people = identity_queries.people_with_role(proposal.call.programme_id, *PROGRAMME_ROLES)
    free = people_options(person for person in people if person.id not in known)
    form.person.choices = choices([("", gettext("Choose one")), *free])
    return form


def _conflicts(proposal: Proposal, form: ConflictForm) -> str:
    found = queries.conflicts_of(proposal.id)
    names = identity_queries.names_of(conflict.person_id for conflict in found)
    return render("proposals/conflicts.html", heading=heading(proposal), rows=conflict_rows(found, names), form=form)


@bp.post("/<uuid:proposal_id>/conflicts")
@requires("proposal.record_conflict")
def record_conflict(proposal_id: uuid.UUID) -> Answer:
    """Record that somebody of the programme must not see or judge this proposal."""
    proposal = load_proposal(proposal_id)
    form = _conflict_form(proposal)
    if not form.validate_on_submit():
        return _conflicts(proposal, form), 422
    services.record_conflict(
        proposal=proposal,
        person_id=uuid.UUID(form.person.data),
        basis="recorded_by_staff",
        note=form.note.data,
        actor=current_actor(),
    )
    flash(gettext("Recorded. This person can no longer see the proposal."), "success")
    return redirect(url_for("proposals.conflicts", proposal_id=proposal_id), code=303)


@bp.post("/<uuid:proposal_id>/conflicts/mine")
@requires("proposal.declare_conflict")
def declare_conflict(proposal_id: uuid.UUID) -> Answer:
    """Declare one's own conflict of interest; from then on the proposal does not exist for this person."""
    proposal = load_proposal(proposal_id)
    form = DeclareForm(prefix="declare")
    services.record_conflict(
        proposal=proposal, person_id=my_id(), basis="declared", note=form.note.data or "", actor=current_actor()
    )
    flash(
        gettext("Your conflict of interest is recorded. You no longer see %(ref)s.", ref=proposal.reference), "success"
    )
    return redirect("/", code=303)
