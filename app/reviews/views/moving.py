"""Moves of a review that need nothing but, perhaps, a reason."""

from __future__ import annotations

import uuid

from flask import flash, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.core.errors import Invalid, NotFound
from app.core.types import Actor
from app.reviews import queries, services
from app.reviews.forms import MoveForm
from app.reviews.models import Review
from app.reviews.views import bp
from app.web.permissions import authorised, current_actor, requires
from workflows.machine import N_

DONE = {
    "decline": N_("You have declined the invitation. Thank you for answering."),
    "declare_conflict": N_("The conflict of interest is on record. The proposal is closed to you."),
    "revise": N_("Your sheet is open again. What you handed in stays in force until you hand it in anew."),
    "let_stand": N_("What you handed in stands."),
    "recuse": N_("The reviewer has stepped back; the review no longer counts."),
    "reopen": N_("The review is open again for its reviewer."),
    "finalise": N_("The review is final."),
}


@bp.post("/<uuid:review_id>/moves/<name>")
@requires("review.move")
def move(review_id: uuid.UUID, name: str) -> Response:
    """Decline, declare a conflict, step back, reopen, make final."""
    review, form = authorised(queries.get_review(review_id)), MoveForm()
    if not form.validate():
        raise Invalid(N_("Use at most %(most)s characters."), field="reason", most=4000)
    actor = current_actor()
    own = actor.person_id == review.reviewer_id
    _carry_out(review, name, form, actor)
    flash(gettext(DONE[name]), "success")
    if name == "revise":
        return redirect(url_for("reviews.sheet", review_id=review.id), code=303)
    if own:
        return redirect(url_for("reviews.inbox"), code=303)
    return redirect(url_for("reviews.of_proposal", proposal_id=review.proposal_id), code=303)


def _carry_out(review: Review, name: str, form: MoveForm, actor: Actor) -> None:
    reason, version = form.reason.data or "", form.expected_version
    if name == "decline":
        services.decline(review=review, reason=reason, actor=actor, expected_version=version)
    elif name == "declare_conflict":
        services.declare_conflict(review=review, note=reason, actor=actor, expected_version=version)
    elif name == "recuse":
        services.recuse(review=review, reason=reason, actor=actor, expected_version=version)
    elif name == "reopen":
        services.reopen(review=review, reason=reason, actor=actor, expected_version=version)
    elif name == "revise":
        services.revise(review=review, actor=actor, expected_version=version)
    elif name == "let_stand":
        services.let_stand(review=review, actor=actor, expected_version=version)
    elif name == "finalise":
        services.finalise(review=review, actor=actor, expected_version=version)
    else:
        raise NotFound()
