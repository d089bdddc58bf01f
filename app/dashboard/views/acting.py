"""One act on the proposals ticked: first shown with everything it does, then done."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from app.dashboard import services
from app.dashboard.forms import ActForm, KeepForm
from app.dashboard.present.acting import act_view, labels
from app.dashboard.searching import parse
from app.dashboard.services import Wish
from app.dashboard.views import bp
from app.dashboard.views.searching import MOST_READ, me, page_of, query_of
from app.extensions import db
from app.identity.models import Person
from app.proposals import queries as proposals_queries
from app.proposals.models import Proposal
from app.web.filters import ZONE, instant
from app.web.permissions import current_actor, requires
from app.web.rendering import render


@bp.post("/search/act")
@requires("search.act")
def act() -> Response | str | tuple[str, int]:
    """Show what will happen to whom, or (``then=do``) let it happen and show what did."""
    person, form = me(), ActForm()
    form.act.choices = labels()
    parsed = parse((form.q.data or "")[:MOST_READ])
    if not form.validate():
        return page_of(person, parsed, form, KeepForm(formdata=None)), 422
    wish = Wish(form.act.data, form.due_at if form.act.data == "due" else None, form.text.data or "")
    proposals, actor = _chosen(person, form), current_actor()
    done = request.form.get("then") == "do"
    outcomes = (
        services.carry_out(proposals=proposals, wish=wish, actor=actor)
        if done
        else services.foresee(proposals, wish, actor)
    )
    view = act_view(wish.act, outcomes, instant(wish.due_at, ZONE))
    return render("dashboard/act.html", act=view, form=form, done=done, chosen=[str(p.id) for p in proposals])


def _chosen(person: Person, form: ActForm) -> list[Proposal]:
    """Of the proposals ticked, those that this person finds at all."""
    everything = query_of(person, parse(""))
    assert everything is not None
    seen = {row.id for row in db.session.execute(everything)} & form.chosen
    return proposals_queries.proposals_by_id(seen)
