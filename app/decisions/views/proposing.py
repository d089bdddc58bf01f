"""Proposing a decision on one proposal, and revising it."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext

from app.core.errors import Conflict, Invalid
from app.decisions import queries, services
from app.decisions.forms import DecisionForm, ReviseForm, in_currency
from app.decisions.models import Decision
from app.decisions.present.parts import heading
from app.decisions.views import bp
from app.proposals import queries as proposals_queries
from app.proposals.models import Proposal
from app.web.permissions import authorised, current_actor, requires
from app.web.rendering import render


@bp.get("/proposals/<uuid:proposal_id>/propose")
@requires("decision.propose")
def propose_form(proposal_id: uuid.UUID) -> str:
    """The form of a new decision; the amount begins with what was asked."""
    proposal = authorised(proposals_queries.get_proposal(proposal_id))
    form = in_currency(DecisionForm, proposal.currency)(formdata=None, data={"amount": proposal.requested})
    return _page(proposal, form)


def _page(proposal: Proposal, form: DecisionForm) -> str:
    return render("decisions/propose.html", proposal=heading(proposal), form=form)


@bp.post("/proposals/<uuid:proposal_id>/propose")
@requires("decision.propose")
def propose(proposal_id: uuid.UUID):  # type: ignore[no-untyped-def]
    """Propose it to the committee."""
    proposal = authorised(proposals_queries.get_proposal(proposal_id))
    form = in_currency(DecisionForm, proposal.currency)()
    if not form.validate():
        return _page(proposal, form), 422
    try:
        services.propose(proposal=proposal, **_content(form), actor=current_actor())
    except Invalid as invalid:
        form.add_error(invalid)
        return _page(proposal, form), 422
    flash(gettext("The decision is proposed; the committee votes on it now."), "success")
    return redirect(url_for("decisions.show", proposal_id=proposal.id), code=303)


def _content(form: DecisionForm) -> dict[str, Any]:
    names = ("outcome", "amount", "rationale", "conditions", "feedback")
    return {name: form[name].data if name in ("outcome", "amount") else form[name].data or "" for name in names}


@bp.get("/<uuid:decision_id>/revise")
@requires("decision.revise")
def revise(decision_id: uuid.UUID) -> str:
    """The form with what is proposed now."""
    decision = authorised(queries.get_decision(decision_id))
    now = {name: getattr(decision, name) for name in ("outcome", "rationale", "conditions", "feedback", "version")}
    amount = decision.amount if decision.amount_minor else None
    form = in_currency(ReviseForm, decision.currency)(formdata=None, data={**now, "amount": amount})
    return _revise_page(decision, form)


def _revise_page(decision: Decision, form: ReviseForm) -> str:
    return render("decisions/revise.html", proposal=heading(decision.proposal), form=form, id=str(decision.id))


@bp.post("/<uuid:decision_id>/revise")
@requires("decision.revise")
def save_revision(decision_id: uuid.UUID):  # type: ignore[no-untyped-def]
    """Change what is proposed; a new round of votes begins."""
    decision = authorised(queries.get_decision(decision_id))
    form = in_currency(ReviseForm, decision.currency)()
    if not form.validate():
        return _revise_page(decision, form), 422
    try:
        services.revise(
            decision=decision,
            **_content(form),
            reason=form.reason.data,
            actor=current_actor(),
            expected_version=form.expected_version,
        )
    except (Invalid, Conflict) as error:
        form.add_error(error)
        return _revise_page(decision, form), 422 if isinstance(error, Invalid) else 409
    flash(gettext("The decision is revised; a new round of votes begins."), "success")
    return redirect(url_for("decisions.show", proposal_id=decision.proposal_id), code=303)
