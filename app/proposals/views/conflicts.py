"""Conflicts of interest of a proposal: recorded, declared, and suggested by the records."""

from __future__ import annotations

import uuid

from flask import flash, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.core.errors import Invalid, NotFound
from app.identity import queries as identity_queries
from app.proposals import queries, services
from app.proposals.forms import ConflictForm, DeclareForm, DismissForm, choices
from app.proposals.models import Proposal, SuggestedConflict
from app.proposals.present.conflicts import conflict_rows, suggestion_rows
from app.proposals.present.screening import heading, people_options
from app.proposals.views import bp
from app.proposals.views.loading import load_proposal, my_id
from app.web.permissions import current_actor, requires
from app.web.rendering import render
from workflows.actors import PROGRAMME_ROLES

Answer = Response | str | tuple[str, int]


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


def _conflicts(proposal: Proposal, form: ConflictForm, decide: DismissForm | None = None, about: str = "") -> str:
    found, suggested = queries.conflicts_of(proposal.id), queries.suggestions_on(proposal.id)
    names = identity_queries.names_of(conflict.person_id for conflict in found)
    return render(
        "proposals/conflicts.html",
        heading=heading(proposal),
        rows=conflict_rows(found, names),
        suggested=suggestion_rows(suggested, {c.person_id for c in found}),
        form=form,
        decide=decide or DismissForm(formdata=None),
        about=about,
    )


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


@bp.post("/<uuid:proposal_id>/conflicts/suggested/<uuid:suggestion_id>/confirm")
@requires("proposal.record_conflict")
def confirm_suggestion(proposal_id: uuid.UUID, suggestion_id: uuid.UUID) -> Answer:
    """Record for good what the records suggest."""
    proposal = load_proposal(proposal_id)
    suggestion = _suggestion(proposal, suggestion_id)
    services.confirm_suggestion(
        proposal=proposal, suggestion=suggestion, note=suggestion.evidence, actor=current_actor()
    )
    flash(gettext("Recorded. This person can no longer see the proposal."), "success")
    return redirect(url_for("proposals.conflicts", proposal_id=proposal_id), code=303)


@bp.post("/<uuid:proposal_id>/conflicts/suggested/<uuid:suggestion_id>/dismiss")
@requires("proposal.record_conflict")
def dismiss_suggestion(proposal_id: uuid.UUID, suggestion_id: uuid.UUID) -> Answer:
    """Say why what the records suggest is no conflict of interest."""
    proposal, form = load_proposal(proposal_id), DismissForm()
    suggestion = _suggestion(proposal, suggestion_id)
    if form.validate():
        try:
            services.dismiss_suggestion(
                proposal=proposal, suggestion=suggestion, reason=form.reason.data or "", actor=current_actor()
            )
        except Invalid as invalid:
            form.add_error(invalid)
        else:
            flash(gettext("Dismissed. The reason is on record."), "success")
            return redirect(url_for("proposals.conflicts", proposal_id=proposal_id), code=303)
    return _conflicts(proposal, _conflict_form(proposal), form, str(suggestion_id)), 422


def _suggestion(proposal: Proposal, ident: uuid.UUID) -> SuggestedConflict:
    suggestion = queries.get_suggestion(ident)
    if suggestion is None or suggestion.proposal_id != proposal.id:
        raise NotFound()
    return suggestion
