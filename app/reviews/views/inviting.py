"""One proposal's reviews: who reviews it, inviting somebody, and passing it on to the committee."""

from __future__ import annotations

import uuid
from datetime import timedelta

from flask import flash, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.core import clock
from app.core.errors import Invalid
from app.identity import queries as identity_queries
from app.proposals import queries as proposals_queries
from app.proposals.models import Proposal
from app.reviews import queries, services
from app.reviews.forms import InviteForm
from app.reviews.models import Review
from app.reviews.present import proposal_view
from app.reviews.present.diverging import divergence_view
from app.reviews.views import bp
from app.web.forms import AssayForm
from app.web.permissions import authorised, can, current_actor, requires
from app.web.rendering import render
from workflows.actors import REVIEWER
from workflows.machine import N_


@bp.get("/proposals/<uuid:proposal_id>")
@requires("review.oversee_proposal")
def of_proposal(proposal_id: uuid.UUID) -> str:
    """The reviews of one proposal."""
    proposal = authorised(proposals_queries.get_proposal(proposal_id))
    due_on = (clock.now() + timedelta(days=proposal.call.process["review_days"])).date()
    return _page(proposal, InviteForm(formdata=None, data={"due_on": due_on}))


def _page(proposal: Proposal, form: InviteForm) -> str:
    reviews = queries.reviews_of_proposals([proposal.id])
    _offer_people(proposal, form, reviews)
    rubric, last = services.rubric_of(proposal), queries.last_resolution(proposal.id)
    refusal = services.table_refusal(proposal, reviews, current_actor())
    return render(
        "reviews/of_proposal.html",
        proposal=proposal_view(proposal, reviews, rubric.divergence, refusal),
        apart=divergence_view(proposal, reviews, rubric.divergence, last),
        form=form,
        may_invite=bool(can("review.invite", proposal)),
    )


def _offer_people(proposal: Proposal, form: InviteForm, reviews: list[Review]) -> None:
    asked = {review.reviewer_id for review in reviews}
    people = identity_queries.people_with_role(proposal.call.programme_id, REVIEWER)
    form.reviewer.choices = [("", gettext("Choose one"))] + [(str(p.id), p.name) for p in people if p.id not in asked]


@bp.post("/proposals/<uuid:proposal_id>")
@requires("review.invite")
def invite(proposal_id: uuid.UUID):  # type: ignore[no-untyped-def]
    """Ask somebody to review."""
    proposal = authorised(proposals_queries.get_proposal(proposal_id))
    form = InviteForm()
    form.reviewer.validate_choice = False
    if not form.validate():
        return _page(proposal, form), 422
    try:
        review = _invite(proposal, form)
    except Invalid as invalid:
        form.add_error(invalid)
        return _page(proposal, form), 422
    flash(gettext("%(name)s is invited.", name=review.reviewer.name), "success")
    return redirect(url_for("reviews.of_proposal", proposal_id=proposal.id), code=303)


def _invite(proposal: Proposal, form: InviteForm) -> Review:
    try:
        person = identity_queries.get_person(uuid.UUID(form.reviewer.data))
    except ValueError:
        person = None
    if person is None:
        raise Invalid(N_("Choose a reviewer."), field="reviewer")
    return services.invite(
        proposal=proposal, reviewer=person, due_at=form.due_at(proposal.call.zone), actor=current_actor()
    )


@bp.post("/proposals/<uuid:proposal_id>/table")
@requires("review.table")
def table(proposal_id: uuid.UUID) -> Response:
    """Pass the proposal on to the committee."""
    proposal = authorised(proposals_queries.get_proposal(proposal_id))
    services.table(proposal=proposal, actor=current_actor(), expected_version=AssayForm().expected_version)
    flash(gettext("%(reference)s is tabled for decision.", reference=proposal.reference), "success")
    return redirect(url_for("reviews.of_call", call_id=proposal.call_id), code=303)
