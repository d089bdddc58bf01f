"""Announcing in bulk with a preview, and the result as the applicant reads it."""

from __future__ import annotations

import uuid

from flask import flash, redirect, request, url_for
from flask_babel import gettext, ngettext

from app.calls import queries as calls_queries
from app.calls.models import Call
from app.core.errors import Conflict
from app.decisions import queries, services
from app.decisions.forms import AnnounceForm
from app.decisions.models import Decision
from app.decisions.present.announcing import announce_view, key_of, result_view
from app.decisions.present.ranking import ready
from app.decisions.views import bp
from app.reviews import queries as reviews_queries
from app.web.permissions import authorised, can, confirmed_recently, current_actor, requires
from app.web.rendering import render


@bp.get("/calls/<uuid:call_id>/announce")
@confirmed_recently()
@requires("decision.announce")
def announce(call_id: uuid.UUID) -> str:
    """The preview: who will be told what."""
    return _preview(authorised(calls_queries.get_call(call_id)), AnnounceForm())


def _ready(call: Call) -> list[Decision]:
    """Decisions that wait for their announcement, without those this person has a conflict with."""
    return [d for d in queries.decisions_of_call(call.id) if ready(d) and can("decision.view", d)]


def _preview(call: Call, form: AnnounceForm) -> str:
    found = _ready(call)
    reviews = reviews_queries.final_reviews_of_call(call.id)
    pairs = [(d, [r for r in reviews if r.proposal_id == d.proposal_id]) for d in found]
    view = announce_view(call, pairs, waiting=queries.count_undecided_seen(call.id, current_actor()) - len(found))
    return render("decisions/announce.html", preview=view, form=form, call_id=str(call.id))


@bp.post("/calls/<uuid:call_id>/announce")
@confirmed_recently()
@requires("decision.announce")
def confirm(call_id: uuid.UUID):  # type: ignore[no-untyped-def]
    """Announce the chosen decisions as they were previewed."""
    call, form = authorised(calls_queries.get_call(call_id)), AnnounceForm()
    chosen = set(request.form.getlist("decision"))
    if not form.validate() or not chosen:
        form.form_errors.append(gettext("Choose at least one decision to announce."))
        return _preview(call, form), 422
    by_key = {key_of(decision): decision for decision in _ready(call)}
    if chosen - set(by_key):
        form.add_error(Conflict())
        return _preview(call, form), 409
    decisions = [by_key[key] for key in chosen]
    versions = {decision.id: decision.version for decision in decisions}
    told = services.announce(decisions=decisions, actor=current_actor(), versions=versions)
    flash(ngettext("%(num)s decision is announced.", "%(num)s decisions are announced.", told), "success")
    return redirect(url_for("decisions.of_call", call_id=call.id), code=303)


@bp.get("/results/<uuid:proposal_id>")
@requires("decision.result")
def result(proposal_id: uuid.UUID) -> str:
    """The announced result, for the applicant; before the announcement this page does not exist."""
    decision = authorised(queries.announced_decision_of(proposal_id))
    reviews = reviews_queries.final_reviews_of(proposal_id)
    return render("decisions/result.html", result=result_view(decision, reviews))
