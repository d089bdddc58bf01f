"""The other reviews of a proposal and the discussion: the reviewers' page and the staff's."""

from __future__ import annotations

import uuid

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.core.errors import DomainError
from app.proposals import queries as proposals_queries
from app.proposals.models import Proposal
from app.reviews import queries, services
from app.reviews.forms import SpeakForm
from app.reviews.models import Review
from app.reviews.present import peer_view, staff_view
from app.reviews.views import bp
from app.web.permissions import authorised, can, current_actor, requires
from app.web.rendering import render

Answer = Response | str | tuple[str, int]


@bp.get("/<uuid:review_id>/others")
@requires("review.read_others")
def others(review_id: uuid.UUID) -> str:
    """The other sheets of the proposal and, in the discussion, what is said about it."""
    return _peer_page(authorised(queries.get_review(review_id)), SpeakForm(formdata=None))


def _peer_page(own: Review, form: SpeakForm) -> str:
    standings = services.standing_of(queries.reviews_beside(own.proposal))
    thread = queries.messages_of(own.proposal_id)
    view = peer_view(own, standings, thread, services.rubric_of(own.proposal))
    return render("reviews/discussion.html", page=view, form=form)


@bp.post("/<uuid:review_id>/others")
@requires("review.discuss", shows_again=True)
def say(review_id: uuid.UUID) -> Answer:
    """Say something under the pseudonym of one's review, or sum up as the rapporteur."""
    own, form = authorised(queries.get_review(review_id)), SpeakForm()
    summary = request.form.get("then") == "sum_up"
    if not form.validate():
        return _peer_page(own, form), 422
    try:
        services.say(review=own, text=form.text.data, actor=current_actor(), summary=summary)
    except DomainError as error:
        form.add_error(error)
        return _peer_page(own, form), 422
    flash(gettext("Your summary is kept.") if summary else gettext("Your message was sent."), "success")
    return redirect(url_for("reviews.others", review_id=review_id, _anchor="thread"), code=303)


@bp.get("/proposals/<uuid:proposal_id>/discussion")
@requires("review.follow_discussion")
def discussion(proposal_id: uuid.UUID) -> str:
    """The discussion as the staff follows it."""
    return _staff_page(authorised(proposals_queries.get_proposal(proposal_id)), SpeakForm(formdata=None))


def _staff_page(proposal: Proposal, form: SpeakForm) -> str:
    standings = services.standing_of(queries.reviews_beside(proposal))
    thread, rubric = queries.messages_of(proposal.id), services.rubric_of(proposal)
    view = staff_view(proposal, standings, thread, rubric, moderates=bool(can("review.moderate", proposal)))
    return render("reviews/discussion.html", page=view, form=form)


@bp.post("/proposals/<uuid:proposal_id>/discussion")
@requires("review.moderate", shows_again=True)
def say_for_programme(proposal_id: uuid.UUID) -> Answer:
    """Say something for the programme."""
    proposal, form = authorised(proposals_queries.get_proposal(proposal_id)), SpeakForm()
    if not form.validate():
        return _staff_page(proposal, form), 422
    try:
        services.say_for_programme(proposal=proposal, text=form.text.data, actor=current_actor())
    except DomainError as error:
        form.add_error(error)
        return _staff_page(proposal, form), 422
    flash(gettext("Your message was sent."), "success")
    return redirect(url_for("reviews.discussion", proposal_id=proposal_id, _anchor="thread"), code=303)


@bp.post("/<uuid:review_id>/rapporteur")
@requires("review.moderate")
def name_rapporteur(review_id: uuid.UUID) -> Response:
    """Let this reviewer sum up the discussion."""
    review = authorised(queries.get_review(review_id))
    services.name_rapporteur(review=review, actor=current_actor())
    flash(gettext("%(name)s is the rapporteur.", name=review.pseudonym), "success")
    return redirect(url_for("reviews.discussion", proposal_id=review.proposal_id), code=303)
