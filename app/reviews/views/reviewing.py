"""The reviewer's list, the invitation, and accepting it."""

from __future__ import annotations

import uuid

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.core import transitions
from app.identity import queries as identity_queries
from app.reviews import policy, queries, services
from app.reviews.forms import AcceptForm
from app.reviews.models import Review
from app.reviews.present import inbox_view, next_waiting, partners_of, review_view
from app.reviews.present.asked import agreement_words
from app.reviews.present.bidding import calls_to_bid_in
from app.reviews.queries import pool, training
from app.reviews.views import bp
from app.web.permissions import authorised, current_actor, requires
from app.web.rendering import render
from workflows.actors import REVIEWER


@bp.get("")
@requires("review.inbox")
def inbox() -> str:
    """What waits for the reviewer, then the rest."""
    me = authorised(identity_queries.get_person(current_actor().person_id))
    programmes = identity_queries.programmes_with_role(me.id, REVIEWER)
    return render(
        "reviews/inbox.html",
        inbox=inbox_view(queries.reviews_of_person(me.id)),
        to_bid=calls_to_bid_in(pool.recruiting_calls(programmes)),
        is_reviewer=bool(programmes),
    )


@bp.get("/next")
@requires("review.inbox")
def next_on_list() -> ResponseReturnValue:
    """On to what stands first on the list; to the list itself when nothing waits."""
    me = authorised(identity_queries.get_person(current_actor().person_id))
    ahead = next_waiting(queries.reviews_of_person(me.id))
    return redirect(ahead.href if ahead else url_for("reviews.inbox"), code=303)


@bp.get("/<uuid:review_id>")
@requires("review.answer")
def show(review_id: uuid.UUID) -> str:
    """The invitation, with what is needed to see a conflict of interest; later the cover of the review."""
    review = authorised(queries.get_review(review_id))
    return _page(review, AcceptForm(formdata=None, data={"signed_as": review.reviewer.name}))


def _page(review: Review, form: AcceptForm) -> str:
    relations = policy.relations(current_actor(), review)
    offers = transitions.offers(review, relations, services.facts_of(review))
    form.version.data = review.version
    view = review_view(review, partners_of(queries.sealed_of(review)), offers)
    agreed, wanted = services.has_agreed(review), training.is_wanted(review.proposal.call, review.reviewer_id)
    if agreed:
        del form.signed_as
    return render(
        "reviews/show.html",
        review=view,
        form=form,
        agreement=agreement_words(),
        agreed=agreed,
        training_url=url_for("reviews.training", call_id=review.proposal.call_id) if wanted else "",
    )


@bp.post("/<uuid:review_id>/accept")
@requires("review.answer")
def accept(review_id: uuid.UUID):  # type: ignore[no-untyped-def]
    """Accept the invitation with the declaration; only then can the proposal be read."""
    review, form = authorised(queries.get_review(review_id)), AcceptForm()
    signed_as = form.signed_as.data or ""
    if services.has_agreed(review):
        del form.signed_as
    if not form.validate():
        return _page(review, form), 422
    services.accept(
        review=review,
        no_conflict=form.no_conflict.data,
        signed_as=signed_as,
        actor=current_actor(),
        expected_version=form.expected_version,
    )
    flash(gettext("You have accepted. The proposal is open to you now."), "success")
    return redirect(url_for("reviews.sheet", review_id=review.id), code=303)
