"""What the staff does about reviews that lie far apart."""

from __future__ import annotations

import uuid

from flask import flash, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.core.errors import Invalid
from app.proposals import queries as proposals_queries
from app.proposals.models import Proposal
from app.reviews import queries, services
from app.reviews.forms.diverging import ASK, DivergenceForm
from app.reviews.present.diverging import divergence_view
from app.reviews.services.diverging import ask_for_consensus, resolve
from app.reviews.views import bp
from app.web.permissions import authorised, current_actor, requires
from app.web.rendering import render

Answer = Response | str | tuple[str, int]


@bp.get("/proposals/<uuid:proposal_id>/divergence")
@requires("review.invite")
def divergence(proposal_id: uuid.UUID) -> str:
    """Choose what happens."""
    return _page(authorised(proposals_queries.get_proposal(proposal_id)), DivergenceForm(formdata=None))


def _page(proposal: Proposal, form: DivergenceForm) -> str:
    reviews = queries.reviews_of_proposals([proposal.id])
    limit = services.rubric_of(proposal).divergence
    view = divergence_view(proposal, reviews, limit, queries.last_resolution(proposal.id))
    return render("reviews/divergence.html", proposal=view, form=form)


@bp.post("/proposals/<uuid:proposal_id>/divergence")
@requires("review.invite")
def settle_divergence(proposal_id: uuid.UUID) -> Answer:
    """Ask the reviewers for consensus, or record what was decided."""
    proposal, form = authorised(proposals_queries.get_proposal(proposal_id)), DivergenceForm()
    if not form.validate():
        return _page(proposal, form), 422
    try:
        said = _settle(proposal, form)
    except Invalid as invalid:
        form.add_error(invalid)
        return _page(proposal, form), 422
    flash(said, "success")
    return redirect(url_for("reviews.of_proposal", proposal_id=proposal.id), code=303)


def _settle(proposal: Proposal, form: DivergenceForm) -> str:
    actor, how, note = current_actor(), form.how.data, form.note.data
    if how == ASK:
        asked = ask_for_consensus(proposal=proposal, reason=note, actor=actor)
        return gettext("Opened again and told why: %(names)s.", names=", ".join(r.reviewer.name for r in asked))
    resolve(proposal=proposal, how=how, note=note, actor=actor)
    return gettext("The decision is on record.")
