"""The staff's pages: their programmes' calls, and the moves of one call."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from flask import flash, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.calls import present, queries, services
from app.calls.forms import MoveForm, OutageForm
from app.calls.models import Call
from app.calls.present.drafts import draft_head
from app.calls.present.outages import outage_cards
from app.calls.views import bp
from app.core import audit, clock
from app.core.errors import NotFound
from app.identity import queries as identity_queries
from app.web.filters import translate
from app.web.permissions import authorised, can, current_actor, requires
from app.web.rendering import render
from workflows.actors import AUDITOR, MANAGER, OFFICER
from workflows.machine import Offer

BUTTONS = frozenset({"publish", "assess", "archive", "cancel"})


@bp.get("/manage")
@requires("call.list")
def manage_list() -> str:
    """The calls of the programmes in which the person works."""
    person = authorised(identity_queries.get_person(current_actor().person_id))
    held = identity_queries.programmes_with_role(person.id, MANAGER, OFFICER, AUDITOR)
    managed = identity_queries.programmes_with_role(person.id, MANAGER)
    writing = identity_queries.programmes_with_role(person.id, MANAGER, OFFICER)
    return render(
        "calls/manage_list.html",
        cards=present.call_cards(queries.calls_of_programmes(held), clock.now(), public=False),
        programmes=present.programme_links([p for p in identity_queries.list_programmes() if p.id in managed]),
        drafts=[draft_head(draft, draft.document) for draft in queries.drafts_of_programmes(writing)],
        may_begin=bool(writing),
    )


@bp.get("/<code>/manage")
@requires("call.manage")
def manage(code: str) -> str:
    """One call: state, moves, dates, what was frozen, history."""
    call = authorised(queries.call_by_code(code))
    form = OutageForm(formdata=None)
    form.ask_in(call.languages)
    return managing_page(call, form)


def managing_page(call: Call, form: OutageForm) -> str:
    """The staff's page of a call; ``form`` holds what was typed about an outage."""
    offers = services.offers(call, current_actor())
    history = audit.history(Call.__tablename__, call.id)
    page = present.manage_page(call, offers, history, clock.now())
    may = {
        "may_import": "call.import",
        "may_extend": "proposal.extend",
        "may_build": "form.build",
        "may_change": "call.change",
    }
    rights = {name: can(action, call) for name, action in may.items()}
    outages = outage_cards(call, services.outage_offers(call), form) if _may_extend(offers) else ()
    typed = () if any(card.key == form.stage.data for card in outages) else tuple(filter(None, form.reasons().values()))
    return render("calls/manage.html", page=page, outages=outages, form=form, typed=typed, **rights)


def _may_extend(offers: Sequence[Offer]) -> bool:
    return any(offer.move.name == "extend" for offer in offers)


@bp.get("/<code>/preview")
@requires("call.manage")
def preview(code: str) -> str:
    """The public page as it will be, before it is public."""
    call = authorised(queries.call_by_code(code))
    return render("calls/show.html", call=present.call_page(call, clock.now()), draft=call.published_at is None)


@bp.post("/<uuid:call_id>/moves/<name>")
@requires("call.change")
def move(call_id: uuid.UUID, name: str) -> Response:
    """Publish, assess, archive or cancel."""
    call = authorised(queries.get_call(call_id))
    form = MoveForm()
    form.validate()
    if name not in BUTTONS:
        raise NotFound()
    done = _carry_out(call, name, form)
    flash(gettext("Done: %(what)s.", what=translate(done)), "success")
    return redirect(url_for("calls.manage", code=call.code), code=303)


def _carry_out(call: Call, name: str, form: MoveForm) -> str:
    """The label of the move that was made."""
    actor, version, reason = current_actor(), form.expected_version, form.reason.data or ""
    if name == "publish":
        return services.publish(call=call, actor=actor, version=version).label
    if name == "cancel":
        return services.cancel(call=call, reason=reason, actor=actor, version=version).label
    return services.move(call=call, name=name, actor=actor, version=version, reason=reason).label
