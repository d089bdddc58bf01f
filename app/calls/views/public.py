"""What everybody may read before signing in: the list of calls and all of each call."""

from __future__ import annotations

from app.calls import present, queries
from app.calls.views import bp
from app.core import clock
from app.core.errors import NotFound
from app.web.permissions import public_page
from app.web.rendering import render


@bp.get("/")
@public_page
def index() -> str:
    """All published calls: open, upcoming, past."""
    cards = present.call_cards(queries.public_calls(), clock.now())
    return render("calls/index.html", cards=cards)


@bp.get("/<code>")
@public_page
def show(code: str) -> str:
    """One call with every question, criterion, check, rule and date."""
    call = queries.public_call(code)
    if call is None:
        raise NotFound()
    return render("calls/show.html", call=present.call_page(call, clock.now()))
