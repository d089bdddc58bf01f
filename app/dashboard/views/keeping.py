"""Keeping searches by name, sharing and forgetting them."""

from __future__ import annotations

import uuid

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.dashboard import services
from app.dashboard.forms import ActForm, KeepForm
from app.dashboard.queries import kept
from app.dashboard.searching import parse
from app.dashboard.views import bp
from app.dashboard.views.searching import MOST_READ, me, page_of
from app.web.permissions import authorised, current_actor, requires


@bp.post("/search/kept")
@requires("search.keep")
def keep_search() -> Response | tuple[str, int]:
    """Keep what was searched; a search of the same name is changed."""
    person, form = me(), KeepForm()
    form.programme.validate_choice = False
    parsed = parse((form.q.data or "")[:MOST_READ])
    if parsed.flaws or not form.took(
        lambda: services.keep_search(
            name=form.name.data,
            words=parsed.typed,
            sort=form.sort.data or "",
            shared=bool(form.shared.data),
            programme_id=form.programme_id,
            actor=current_actor(),
        )
    ):
        return page_of(person, parsed, ActForm(formdata=None), form), 422
    flash(gettext("The search is kept."), "success")
    return redirect(
        url_for("dashboard.search", q=parsed.typed or None, sort=request.form.get("sort") or None), code=303
    )


@bp.post("/search/kept/<uuid:search_id>/forget")
@requires("search.forget")
def forget_search(search_id: uuid.UUID) -> Response:
    """Forget one of one's own."""
    services.forget_search(search=authorised(kept.get_search(search_id)))
    flash(gettext("The search is forgotten."), "success")
    return redirect(url_for("dashboard.search"), code=303)
