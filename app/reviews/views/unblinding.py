"""Asking to show who reviewed or who applies, and deciding about it."""

from __future__ import annotations

import uuid

from flask import flash, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.core.errors import Invalid
from app.proposals import queries as proposals_queries
from app.proposals.models import Proposal
from app.reviews import queries, services
from app.reviews.forms import MoveForm, UnblindForm
from app.reviews.present import unblinding_view
from app.reviews.views import bp
from app.web.permissions import authorised, can, confirmed_recently, current_actor, requires
from app.web.rendering import render
from workflows.machine import N_

Answer = Response | str | tuple[str, int]


@bp.get("/proposals/<uuid:proposal_id>/unblinding")
@requires("review.see_unblinding")
def unblinding(proposal_id: uuid.UUID) -> str:
    """What was asked for and decided, and the form to ask."""
    return _page(authorised(proposals_queries.get_proposal(proposal_id)), UnblindForm(formdata=None))


def _page(proposal: Proposal, form: UnblindForm) -> str:
    reviews, actor = queries.reviews_beside(proposal), current_actor()
    asked = [(one, services.unblinding_offers(one, actor)) for one in queries.unblindings_of(proposal.id)]
    view = unblinding_view(proposal, reviews, asked)
    form.subject.choices = view.choices
    return render("reviews/unblinding.html", page=view, form=form, may_ask=bool(can("review.ask_unblinding", proposal)))


@bp.post("/proposals/<uuid:proposal_id>/unblinding")
@requires("review.ask_unblinding")
def ask_unblinding(proposal_id: uuid.UUID) -> Answer:
    """Ask, with a reason; somebody else decides."""
    proposal, form = authorised(proposals_queries.get_proposal(proposal_id)), UnblindForm()
    form.subject.validate_choice = False
    if not form.took(lambda: _ask(proposal, form)):
        return _page(proposal, form), 422
    flash(gettext("Your request is kept. A manager who is not you decides about it."), "success")
    return redirect(url_for("reviews.unblinding", proposal_id=proposal_id), code=303)


def _ask(proposal: Proposal, form: UnblindForm) -> None:
    reviews = {str(review.id): review for review in queries.reviews_beside(proposal)}
    if form.subject.data != "applicant" and form.subject.data not in reviews:
        raise Invalid(N_("Choose one."), field="subject")
    review = reviews.get(form.subject.data)
    services.ask_unblinding(proposal=proposal, review=review, reason=form.reason.data or "", actor=current_actor())


@bp.post("/unblindings/<uuid:unblinding_id>/moves/<name>")
@confirmed_recently("grant")
@requires("review.ask_unblinding")
def move_unblinding(unblinding_id: uuid.UUID, name: str) -> Response:
    """Grant, refuse, or blind again."""
    asked, form = queries.get_unblinding(unblinding_id), MoveForm()
    proposal = authorised(asked.proposal if asked else None)
    assert asked is not None
    if not form.validate():
        raise Invalid(N_("Use at most %(most)s characters."), field="reason", most=4000)
    services.move_unblinding(
        asked=asked,
        name=name,
        reason=form.reason.data or "",
        actor=current_actor(),
        expected_version=form.expected_version,
    )
    flash(gettext("Your decision is kept."), "success")
    return redirect(url_for("reviews.unblinding", proposal_id=proposal.id), code=303)
