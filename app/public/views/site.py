"""Pages that cross domains and are open to everybody: home, about, language, and what machines ask for."""

from __future__ import annotations

from datetime import timedelta

from flask import Response, current_app, make_response, redirect, request
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as Redirect

from app.calls import present as calls_present
from app.calls import queries as calls
from app.calls.form_schema import json_schema
from app.core import clock
from app.core.errors import Invalid, NotFound
from app.extensions import db
from app.proposals import queries as proposals
from app.proposals import receipts
from app.public import present
from app.public.forms import ReceiptForm
from app.public.views import bp
from app.web.permissions import public_page
from app.web.rendering import render
from app.web.security import LANGUAGES, external_url, safe_path

YEAR = 31_536_000


@bp.get("/")
@public_page
def home() -> str:
    """What is open, what comes, and where to look further."""
    cards = calls_present.call_cards(calls.public_calls(), clock.now())
    return render("public/home.html", cards=cards, instance=current_app.extensions["settings"].instance_name)


@bp.get("/about")
@public_page
def about() -> str:
    """What this site keeps about people, and how to report a weakness."""
    return render("public/about.html", instance=current_app.extensions["settings"].instance_name)


@bp.get("/language/<code>")
@public_page
def language(code: str) -> Redirect:
    """Remember the language in a cookie and go back; nothing else changes."""
    if code not in LANGUAGES:
        raise NotFound()
    response = redirect(safe_path(request.args.get("next")) or "/", code=303)
    secure = current_app.extensions["settings"].is_production
    response.set_cookie("language", code, max_age=YEAR, secure=secure, httponly=True, samesite="Lax")
    return response


@bp.get("/receipts/verify")
@public_page
def verify_receipt() -> str:
    """The page on which anybody may have a receipt checked."""
    return render("public/verify_receipt.html", form=ReceiptForm(), verdict=None)


@bp.post("/receipts/verify")
@public_page
def judge_receipt() -> tuple[str, int] | str:
    """Say what is to be thought of a receipt; nothing is written, nothing is told that the receipt does not say."""
    form = ReceiptForm()
    if not form.validate():
        return render("public/verify_receipt.html", form=form, verdict=None), 422
    try:
        receipt = receipts.read(form.receipt.data or "")
    except Invalid as error:
        form.add_error(error)
        return render("public/verify_receipt.html", form=form, verdict=None), 422
    verdict = present.verdict_view(proposals.judge_receipt(receipt), receipt)
    return render("public/verify_receipt.html", form=form, verdict=verdict)


@bp.get(json_schema.ADDRESS)
@public_page
def form_schema() -> Response:
    """The JSON Schema of a form's document, for programs that write or read forms."""
    response = make_response(json_schema.as_text())
    response.content_type = "application/schema+json; charset=utf-8"
    return response


@bp.get("/receipts/key.pem")
@public_page
def receipt_key() -> Response:
    """The public key of this installation's receipts, for checking them with other programs."""
    return _plain(receipts.public_pem(receipts.signing_key(current_app.extensions["settings"].receipt_key)))


@bp.get("/healthz")
@public_page
def healthz() -> Response:
    """``ok`` when the database answers, else 503; no detail for strangers."""
    try:
        db.session.execute(text("SELECT 1"))
        return _plain("ok")
    except SQLAlchemyError:
        db.session.rollback()
        return _plain("unavailable", 503)


@bp.get("/robots.txt")
@public_page
def robots() -> Response:
    """Public pages may be indexed; the rest would only show a sign-in page."""
    closed = (
        "/dev/",
        "/api/",
        "/language/",
        "/sign-in",
        "/register",
        "/proposals/",
        "/reviews/",
        "/admin/",
        "/calls/*/practice",
    )
    return _plain("User-agent: *\n" + "".join(f"Disallow: {path}\n" for path in closed))


@bp.get("/.well-known/security.txt")
@public_page
def security_txt() -> Response:
    """Where to report a weakness (RFC 9116)."""
    expires = (clock.now() + timedelta(days=180)).strftime("%Y-%m-%dT00:00:00Z")
    contact = external_url("public.about") + "#security"
    return _plain(f"Contact: {contact}\nExpires: {expires}\nPreferred-Languages: en, fr, es\n")


def _plain(content: str, status: int = 200) -> Response:
    return make_response(content, status, {"Content-Type": "text/plain; charset=utf-8"})
