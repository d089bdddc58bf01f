"""The start page after signing in: what waits for the reader."""

from __future__ import annotations

from app.core import clock
from app.dashboard import present
from app.dashboard.views import bp
from app.identity.queries import get_person
from app.web.permissions import authorised, current_actor, requires
from app.web.rendering import render


@bp.get("/work")
@requires("dashboard.view")
def work() -> str:
    """Only what can be acted on, who has the ball, and the figures behind it."""
    person = authorised(get_person(current_actor().person_id))
    return render("dashboard/work.html", page=present.work_page(person.id, clock.now()))
