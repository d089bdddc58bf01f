"""The staff's pages: a call's grid, one sheet to read."""

from __future__ import annotations

import uuid

from app.calls import queries as calls_queries
from app.core import transitions
from app.proposals import queries as proposals_queries
from app.reviews import policy, queries, services
from app.reviews.present import call_view, sheet_reading
from app.reviews.views import bp
from app.web.permissions import authorised, current_actor, requires
from app.web.rendering import render
from workflows.proposal_lifecycle import ProposalState


@bp.get("/calls/<uuid:call_id>")
@requires("review.oversee_call")
def of_call(call_id: uuid.UUID) -> str:
    """Every proposal of a call that passed screening, with its reviews; not those that this person reviews."""
    call = authorised(calls_queries.get_call(call_id))
    actor = current_actor()
    found = proposals_queries.proposals_of_call(call.id, actor, call_is_loaded=True)
    own = queries.reviewed_by(actor.person_id) if actor.person_id else frozenset()
    past_screening = [p for p in found if p.state != ProposalState.APPLYING.value and p.id not in own]
    rubric = calls_queries.rubric_of(call.stages[-1])
    divergence = rubric.divergence if rubric else 0
    view = call_view(call, past_screening, queries.reviews_of_call(call.id), divergence)
    return render("reviews/of_call.html", call=view)


@bp.get("/<uuid:review_id>/oversight")
@requires("review.oversee")
def oversee(review_id: uuid.UUID) -> str:
    """One review as the programme's staff reads it, with what can be done about it."""
    review = authorised(queries.get_review(review_id))
    offers = transitions.offers(review, policy.relations(current_actor(), review), services.facts_of(review))
    rubric = services.rubric_of(review.proposal)
    return render("reviews/oversee.html", review=sheet_reading(review, rubric, services.sheet_of(review), offers))
