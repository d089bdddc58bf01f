"""What a reviewer says before proposals are given out."""

from __future__ import annotations

import uuid

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.calls import queries as calls_queries
from app.calls.models import Call
from app.proposals import queries as proposals_queries
from app.reviews import services
from app.reviews.forms.pool import AvailabilityForm, read_wishes
from app.reviews.present.bidding import bid_rows
from app.reviews.present.content import partners_of
from app.reviews.present.parts import title_of
from app.reviews.queries import pool
from app.reviews.views import bp
from app.web.forms import AssayForm
from app.web.pagination import paginate
from app.web.permissions import authorised, current_actor, requires
from app.web.rendering import render

PER_PAGE = 25


@bp.get("/calls/<uuid:call_id>/bids")
@requires("reviewer.bid")
def bids(call_id: uuid.UUID) -> str:
    """Whether the reviewer has time, and, while reviewers are found, what they would like to read."""
    call = authorised(calls_queries.get_call(call_id))
    me = current_actor().person_id
    assert me is not None
    place, profile = pool.time_of(call, me)
    capacity = place.capacity if place else profile.capacity if profile else 5
    return _page(
        call, AvailabilityForm(formdata=None, data={"available": not place or place.available, "capacity": capacity})
    )


def _page(call: Call, form: AvailabilityForm) -> str:
    me = current_actor().person_id
    assert me is not None
    open_now = services.is_recruiting(call)
    page = paginate(pool.proposals_to_bid_on(call.id, me), PER_PAGE) if open_now else None
    proposals = page.rows if page else ()
    ids = [proposal.id for proposal in proposals]
    sealed = proposals_queries.latest_sealed_of_proposals(ids)
    partners = {ident: partners_of(version) for ident, version in sealed.items()}
    return render(
        "reviews/bids.html",
        title=title_of(call.title),
        call_id=str(call.id),
        open=open_now,
        rows=bid_rows(call, proposals, partners, pool.bids_of(me, ids)),
        page=page,
        number=page.number if page else 1,
        form=form,
        token=AssayForm(formdata=None),
    )


@bp.post("/calls/<uuid:call_id>/availability")
@requires("reviewer.bid")
def say_availability(call_id: uuid.UUID) -> ResponseReturnValue:
    """Keep whether and how much the reviewer can do."""
    call, form = authorised(calls_queries.get_call(call_id)), AvailabilityForm()
    said = form.took(
        lambda: services.say_availability(
            call=call, available=form.available.data, capacity=form.capacity.data, actor=current_actor()
        )
    )
    if not said:
        return _page(call, form), 422
    flash(gettext("Thank you. The programme sees what you can do."), "success")
    return redirect(url_for("reviews.bids", call_id=call.id), code=303)


@bp.post("/calls/<uuid:call_id>/bids")
@requires("reviewer.bid")
def bid(call_id: uuid.UUID) -> ResponseReturnValue:
    """Keep what was said of the proposals of one page."""
    call = authorised(calls_queries.get_call(call_id))
    services.bid(call=call, wishes=read_wishes(request.form.to_dict(flat=False)), actor=current_actor())
    flash(gettext("What you said is kept. You can change it while reviewers are being found."), "success")
    number = request.form.get("page", "")
    return redirect(url_for("reviews.bids", call_id=call.id, page=number if number.isdigit() else None), code=303)
