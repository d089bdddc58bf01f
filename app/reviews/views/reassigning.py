"""Taking a late or unanswered review from its reviewer and giving it to another, with a look ahead."""

from __future__ import annotations

import uuid
from datetime import timedelta

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.core import clock
from app.core.errors import Invalid
from app.identity import queries as identity_queries
from app.identity.models import Person
from app.reviews import queries, services
from app.reviews.forms import ReassignForm
from app.reviews.models import Review
from app.reviews.present import people_to_ask, reassign_steps, reassign_view
from app.reviews.views import bp
from app.web.filters import instant
from app.web.permissions import authorised, current_actor, requires
from app.web.rendering import render
from workflows.actors import REVIEWER
from workflows.machine import N_

Answer = Response | str | tuple[str, int]


@bp.get("/<uuid:review_id>/reassign")
@requires("review.reassign")
def reassign_form(review_id: uuid.UUID) -> str:
    """Choose who is asked instead."""
    review = authorised(queries.get_review(review_id))
    due_on = (clock.now() + timedelta(days=review.proposal.call.process["review_days"])).date()
    return _page(review, ReassignForm(formdata=None, data={"due_on": due_on}))


def _page(review: Review, form: ReassignForm, will_happen: tuple[str, ...] = ()) -> str:
    programme_id, call_id = review.proposal.call.programme_id, review.proposal.call_id
    people = identity_queries.people_with_role(programme_id, REVIEWER)
    asked = {r.reviewer_id for r in queries.reviews_of_proposals([review.proposal_id])}
    loads = queries.loads_in_call(call_id, programme_id, current_actor().person_id)
    form.reviewer.choices = people_to_ask(people, asked, loads)
    form.version.data = review.version
    view = reassign_view(review, services.reassign_refusal(review), will_happen)
    return render("reviews/reassign.html", review=view, form=form)


@bp.post("/<uuid:review_id>/reassign")
@requires("review.reassign")
def reassign(review_id: uuid.UUID) -> Answer:
    """Show what will happen, or (``then=reassign``) let it happen."""
    review, form = authorised(queries.get_review(review_id)), ReassignForm()
    form.reviewer.validate_choice = False
    if not form.validate():
        return _page(review, form), 422
    try:
        to = _person(form)
        due_at = form.due_at(review.proposal.call.zone)
        if request.form.get("then") != "reassign":
            services.may_be_asked(review.proposal, to)
            return _page(review, form, reassign_steps(review, to, instant(due_at, review.proposal.call.zone)))
        _carry_out(review, to, form)
    except Invalid as invalid:
        form.add_error(invalid)
        return _page(queries.get_review(review_id) or review, form), 422
    flash(gettext("%(name)s is invited instead of %(old)s.", name=to.name, old=review.reviewer.name), "success")
    return redirect(url_for("reviews.of_proposal", proposal_id=review.proposal_id), code=303)


def _carry_out(review: Review, to: Person, form: ReassignForm) -> None:
    services.reassign(
        review=review,
        to=to,
        due_at=form.due_at(review.proposal.call.zone),
        reason=form.reason.data or "",
        actor=current_actor(),
        expected_version=form.expected_version,
    )


def _person(form: ReassignForm) -> Person:
    person = identity_queries.get_person(form.reviewer_id)
    if person is None:
        raise Invalid(N_("Choose a reviewer."), field="reviewer")
    return person
