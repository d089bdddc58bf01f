"""What everybody may read before signing in: the list of calls and all of each call."""

from __future__ import annotations

from flask import Response, current_app, request
from flask_babel import get_locale, gettext

from app.calls import feeds, present, queries
from app.calls.models import Call
from app.calls.present.eligibility import quiz_page
from app.calls.present.feeds import calendar_moments, feed_entries
from app.calls.present.talk import talk_of
from app.calls.views import bp
from app.core import clock
from app.core.errors import NotFound
from app.web.permissions import public_page
from app.web.rendering import render
from app.web.security import external_url


@bp.get("/")
@public_page
def index() -> str:
    """All published calls: open, upcoming, past."""
    cards = present.call_cards(queries.public_calls(), clock.now())
    return render("calls/index.html", cards=cards)


@bp.get("/feed.atom")
@public_page
def atom() -> Response:
    """All published calls as an Atom feed."""
    entries = feed_entries(queries.public_calls())
    own, site = external_url("calls.atom"), external_url("calls.index")
    content = feeds.atom(_name(), site, own, str(get_locale() or "en"), entries, clock.now())
    return Response(content, content_type="application/atom+xml; charset=utf-8")


@bp.get("/calendar.ics")
@public_page
def public_calendar() -> Response:
    """When calls open and close, for subscribing to."""
    return _calendar(queries.public_calls(), "calls")


@bp.get("/<code>/calendar.ics")
@public_page
def public_calendar_of_call(code: str) -> Response:
    """When one call opens and its stages close."""
    call = queries.public_call(code)
    if call is None:
        raise NotFound()
    return _calendar([call], call.code)


def _calendar(calls: list[Call], name: str) -> Response:
    host = current_app.extensions["settings"].host.rsplit(":", 1)[0]
    response = Response(
        feeds.calendar(_name(), host, calendar_moments(calls)), content_type="text/calendar; charset=utf-8"
    )
    response.headers["Content-Disposition"] = f'inline; filename="{name}.ics"'
    return response


def _name() -> str:
    instance = current_app.extensions["settings"].instance_name
    return gettext("Calls for proposals: %(instance)s", instance=instance)


@bp.get("/<code>")
@public_page
def show(code: str) -> str:
    """One call with every question, criterion, check, rule and date."""
    call = queries.public_call(code)
    if call is None:
        raise NotFound()
    return render("calls/show.html", call=present.call_page(call, clock.now()), talk=talk_of(call))


@bp.get("/<code>/eligibility")
@public_page
def public_eligibility(code: str) -> str:
    """The eligibility quiz of a call: answered in the address, kept nowhere."""
    call = queries.public_call(code)
    if call is None or not call.quiz:
        raise NotFound()
    start_url = present.call_page(call, clock.now()).start_url
    return render("calls/eligibility.html", page=quiz_page(call, request.args, start_url))
