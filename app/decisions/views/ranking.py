"""A call's ranked list, and proposing by rank."""

from __future__ import annotations

import uuid

from flask import flash, redirect, request, url_for
from flask_babel import gettext, ngettext

from app.calls import queries as calls_queries
from app.calls.models import Call
from app.core.errors import Conflict, Invalid
from app.decisions import services
from app.decisions.forms import ByRankForm
from app.decisions.present.planning import plan_view
from app.decisions.present.ranking import ranking_view
from app.decisions.views import bp
from app.web.filters import translate
from app.web.forms import AssayForm
from app.web.permissions import authorised, can, current_actor, requires
from app.web.rendering import render

MOST_SKIPS = 100


@bp.get("/calls/<uuid:call_id>")
@requires("decision.rank")
def of_call(call_id: uuid.UUID) -> str:
    """The ranked list with the funding line."""
    call = authorised(calls_queries.get_call(call_id))
    actor = current_actor()
    standings = services.standings_of(call, actor)
    numbers = services.numbers_of(call, standings) if standings else None
    refusal = translate(services.close_refusal(call, actor))
    view = ranking_view(call, services.rubric_of(call), standings, numbers, refusal)
    may = {name: bool(can(f"decision.{name}", call)) for name in ("propose_by_rank", "announce", "close")}
    return render("decisions/of_call.html", call=view, may=may)


@bp.get("/calls/<uuid:call_id>/by-rank")
@requires("decision.propose_by_rank")
def by_rank(call_id: uuid.UUID) -> str:
    """The preview: exactly what would be proposed, with the choice to skip what does not fit whole."""
    return _preview(authorised(calls_queries.get_call(call_id)), _skips(request.args.getlist("skip")), ByRankForm())


def _skips(values: list[str]) -> list[str]:
    return sorted(set(values))[:MOST_SKIPS]


def _preview(call: Call, skips: list[str], form: ByRankForm) -> str:
    view = plan_view(call, services.plan_by_rank(call, current_actor(), skips))
    form.fingerprint.data = view.fingerprint
    return render("decisions/by_rank.html", plan=view, form=form, call_id=str(call.id))


@bp.post("/calls/<uuid:call_id>/by-rank")
@requires("decision.propose_by_rank")
def propose_by_rank(call_id: uuid.UUID):  # type: ignore[no-untyped-def]
    """Propose what was previewed, or show the new preview when it would be something else by now."""
    call, form = authorised(calls_queries.get_call(call_id)), ByRankForm()
    skips = _skips(request.form.getlist("skip"))
    if not form.validate():
        return _preview(call, skips, form), 422
    try:
        made = _carry_out(call, skips, form)
    except (Invalid, Conflict) as error:
        form.add_error(error)
        return _preview(call, skips, form), 422 if isinstance(error, Invalid) else 409
    flash(ngettext("%(num)s decision is proposed.", "%(num)s decisions are proposed.", made), "success")
    return redirect(url_for("decisions.of_call", call_id=call.id), code=303)


def _carry_out(call: Call, skips: list[str], form: ByRankForm) -> int:
    made = services.propose_by_rank(
        call=call,
        skips=skips,
        skip_reason=form.skip_reason.data or "",
        fingerprint=form.fingerprint.data or "",
        actor=current_actor(),
    )
    return len(made)


@bp.post("/calls/<uuid:call_id>/close")
@requires("decision.close")
def close(call_id: uuid.UUID):  # type: ignore[no-untyped-def]
    """End the decisions of the call."""
    call = authorised(calls_queries.get_call(call_id))
    services.close(call=call, actor=current_actor(), expected_version=AssayForm().expected_version)
    flash(gettext("The decisions of this call are closed."), "success")
    return redirect(url_for("decisions.of_call", call_id=call.id), code=303)
