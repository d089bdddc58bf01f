"""Trying a call's form without an account: it is checked like the real one, and nothing of it is kept."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, make_response, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as Redirect

from app.calls import queries as calls
from app.calls.form_schema import Section
from app.calls.models import Call, CallStage
from app.calls.present import language_of, offers_practice
from app.core import clock
from app.core.errors import NotFound
from app.identity import services as identity
from app.public import practice as practising
from app.public.views import bp
from app.web import transaction
from app.web.permissions import public_page
from app.web.rendering import render
from app.web.security import client_address


@dataclass(frozen=True)
class Refusal:
    """Why what was typed is shown again unchecked."""

    status: int
    title: str
    words: str


PLACE = "/calls/<code>/practice/<key>/<section_id>"


@bp.get("/calls/<code>/practice")
@public_page
def practice_start(code: str) -> Redirect:
    """The first page of the form."""
    call = _call(code)
    stage = call.stages[0]
    section = calls.form_of(stage).sections[0]
    return redirect(url_for("public.practice", code=code, key=stage.key, section_id=section.id), code=303)


def _call(code: str) -> Call:
    """A published call that has not closed and lets people try its form."""
    call = calls.public_call(code)
    if call is None or not offers_practice(call, clock.now()):
        raise NotFound()
    return call


def _place(call: Call, key: str, section_id: str) -> tuple[CallStage, Section]:
    stage = next((s for s in call.stages if s.key == key), None)
    section = calls.form_of(stage).section(section_id) if stage else None
    if stage is None or section is None:
        raise NotFound()
    return stage, section


@bp.get(PLACE)
@public_page
def practice(code: str, key: str, section_id: str) -> Response:
    """An empty page of the form."""
    call = _call(code)
    stage, section = _place(call, key, section_id)
    return _page(practising.practice_page(call, stage, section, language_of(call), clock.now()))


@bp.post(PLACE)
@public_page
def practise(code: str, key: str, section_id: str) -> Response:
    """Check what was typed and show it again with what the real form would say; nothing is stored."""
    call = _call(code)
    stage, section = _place(call, key, section_id)
    fields = practising.fields_of(request.form)
    refused = _refused()
    if refused is not None:
        shown = practising.practice_page(call, stage, section, language_of(call), clock.now(), fields, checks=False)
        return _page(shown, refused)
    add_row_to = request.form.get("add_row", "")
    return _page(practising.practice_page(call, stage, section, language_of(call), clock.now(), fields, add_row_to))


def _refused() -> Refusal | None:
    """Why a page is not checked: checking takes time and nobody is known here, so one network gets so many pages."""
    try:
        identity.count_practice(client_address())
    except identity.TooManyAttempts:
        title, words = gettext("Too many attempts"), gettext("It was not checked. Wait a few minutes, then try again.")
        return Refusal(429, title, words)
    transaction.keep()  # it counts also when the answers are wrong
    if practising.is_too_much(request.form):
        words = gettext("This is more than one page of the real form takes; it was not checked.")
        return Refusal(422, gettext("Too much text"), words)
    return None


def _page(page: practising.PracticePage, refused: Refusal | None = None) -> Response:
    status = refused.status if refused else 422 if page.is_wrong else 200
    response = make_response(render("public/practice.html", page=page, refused=refused), status)
    response.headers["X-Robots-Tag"] = "noindex"
    return response
