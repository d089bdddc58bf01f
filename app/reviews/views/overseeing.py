"""The staff's pages: a call's grid, one sheet to read."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from flask import request

from app.calls import queries as calls_queries
from app.calls.models import Call
from app.core import transitions
from app.reviews import policy, queries, services
from app.reviews.present import Asked, AskedPeople, budget_of, call_view, people_view, sheet_reading
from app.reviews.views import bp
from app.web.permissions import authorised, can, current_actor, requires
from app.web.rendering import render


@bp.get("/calls/<uuid:call_id>")
@requires("review.oversee_call")
def of_call(call_id: uuid.UUID) -> str:
    """The proposals of a call that passed screening, with their reviews; not those that this person reviews."""
    call = authorised(calls_queries.get_call(call_id))
    proposals, reviews = _overseen(call)
    rubric = calls_queries.rubric_of(call.stages[-1])
    capacities = queries.capacities_in_call(call.id, call.programme_id)
    asked = Asked.read(request.args)
    view = call_view(call, proposals, reviews, rubric.divergence if rubric else 0, capacities, asked)
    may = {"may_nudge": bool(can("review.nudge", call)), "may_see_conflicts": bool(can("review.see_conflicts", call))}
    return render("reviews/of_call.html", call=view, **may)


@bp.get("/calls/<uuid:call_id>/reviewers")
@requires("review.oversee_call")
def reviewers_of_call(call_id: uuid.UUID) -> str:
    """The same reviews by reviewer: what each has, what of it is late, and what they can take on."""
    call = authorised(calls_queries.get_call(call_id))
    proposals, reviews = _overseen(call)
    capacities = queries.capacities_in_call(call.id, call.programme_id)
    asked = AskedPeople.read(request.args)
    view = people_view(call, proposals, reviews, capacities, queries.last_nudges(call.id), asked)
    return render("reviews/reviewers_of_call.html", page=view, may_nudge=bool(can("review.nudge", call)))


def _overseen(call: Call) -> tuple[Sequence[Any], Sequence[Any]]:
    """Proposals this person oversees, and the reviews of the call."""
    person_id = current_actor().person_id
    return queries.grid_proposals(call.id, person_id) if person_id else (), queries.grid_reviews(call.id)


@bp.get("/<uuid:review_id>/oversight")
@requires("review.oversee")
def oversee(review_id: uuid.UUID) -> str:
    """One review as the programme's staff reads it, with what can be done about it."""
    review = authorised(queries.get_review(review_id))
    offers = transitions.offers(review, policy.relations(current_actor(), review), services.facts_of(review))
    rubric = services.rubric_of(review.proposal)
    handed, lines = services.as_handed_in(review), budget_of(review, queries.sealed_of(review))
    return render("reviews/oversee.html", review=sheet_reading(review, rubric, handed, lines, offers))
