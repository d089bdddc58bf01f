"""Error pages: worded, without detail that helps an attacker, with the request's id for support."""

from __future__ import annotations

import structlog
from flask import Flask, current_app, g, jsonify, make_response, request
from flask.globals import request_ctx
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from app.core.audit import request_id
from app.core.errors import Conflict, DomainError, Invalid, MoveRefused, NotFound
from app.extensions import db
from app.web import permissions
from app.web.filters import translate
from app.web.rendering import render
from workflows.machine import N_

log = structlog.get_logger()
TEXTS = {
    400: (N_("This request could not be understood"), N_("Go back, load the page again and repeat what you did.")),
    401: (N_("Please sign in"), N_("Sign in and repeat what you did.")),
    403: (N_("This is not possible"), N_("Go back, load the page again and repeat what you did.")),
    404: (N_("Page not found"), N_("The address may be mistyped, or the page is not open to you.")),
    405: (N_("This is not possible here"), N_("Go back and use the buttons of the page.")),
    413: (N_("That was too large"), N_("Send less at once: smaller files or shorter texts.")),
    429: (N_("Too many attempts"), N_("Wait a few minutes, then try again.")),
    500: (
        N_("Something went wrong on our side"),
        N_("Nothing was changed. Try again; if it stays, tell us the number below."),
    ),
    503: (N_("The service is busy"), N_("Nothing was changed. Wait a moment and send it again.")),
}


def register(app: Flask) -> None:
    """Attach the handlers."""
    app.register_error_handler(DomainError, domain_error)
    app.register_error_handler(CSRFError, csrf_error)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(StaleDataError, lambda _e: conflict_page())
    app.register_error_handler(IntegrityError, integrity_error)
    app.register_error_handler(DataError, unfit_value)
    app.register_error_handler(OperationalError, lambda _e: busy_page())


def wants_json() -> bool:
    """Whether the client is a program: the API or a script of the page."""
    return request.path.startswith("/api/") or "X-Autosave" in request.headers or "Tus-Resumable" in request.headers


def page(status: int, title: str, text: str, back: str = "") -> Response:
    """One error page, or its JSON form (RFC 9457) for programs; only what the view asked to keep outlives it."""
    if status >= 500 or not g.get("keep"):
        undo()
    if wants_json():
        body = jsonify(type="about:blank", title=title, detail=text, status=status, request_id=request_id.get())
        return make_response(body, status, {"Content-Type": "application/problem+json"})
    if request_ctx.url_adapter is None:
        # A host that is not ours: a page with links cannot be made for it, and need not.
        return make_response(f"{title}\n", status, {"Content-Type": "text/plain; charset=utf-8"})
    response = make_response(
        render("errors/error.html", title=title, text=text, back=back, request_id=request_id.get())
    )
    response.status_code = status
    return response


def undo() -> None:
    """Drop what was written, also what a view had asked to keep: a database that refused a step is left as it was."""
    db.session.rollback()
    g.keep = False


def status_page(status: int) -> Response:
    """The page of an HTTP status."""
    title, text = TEXTS.get(status) or TEXTS[500 if status >= 500 else 400]
    return page(status, gettext(title), gettext(text))


def busy_page() -> Response:
    response = status_page(503)
    response.headers["Retry-After"] = "5"
    return response


def conflict_page() -> Response:
    undo()
    return domain_error(Conflict())


def domain_error(error: DomainError) -> Response:
    """Word an error of the services: 404, 409 (refused or overtaken), 422 (input)."""
    if isinstance(error, NotFound):
        return status_page(404)
    text = translate(error)
    back = request.referrer_path or "/"  # type: ignore[attr-defined]
    if isinstance(error, MoveRefused):
        return page(409, gettext("This step is not possible now"), text, back)
    if isinstance(error, Invalid):
        return page(422, gettext("Please check what you entered"), text, back)
    return page(409, gettext("This changed in the meantime"), text, back)


def integrity_error(error: IntegrityError) -> Response:
    log.warning("integrity.refused", route=str(request.url_rule), error=_without_values(error)[:300])
    return conflict_page()


def _without_values(error: IntegrityError) -> str:
    """What the database says, without its detail: that repeats whole rows, and logs are for no personal data."""
    diagnosis = getattr(error.orig, "diag", None)
    return str(getattr(diagnosis, "message_primary", None) or error.orig)


def unfit_value(_error: DataError) -> Response:
    """A value that no column can hold (a NUL character, a number beyond all bounds): no such page, no such form."""
    undo()
    return status_page(400)


def csrf_error(_error: CSRFError) -> Response:
    again = None if wants_json() else permissions.rescue_form()
    if again is not None:
        return again
    text = gettext("The page was open for too long or your sign-in changed. Load it again and repeat what you did.")
    return page(400, gettext("This form is out of date"), text, request.referrer_path or "/")  # type: ignore[attr-defined]


def http_error(error: HTTPException) -> Response:
    code = error.code or 500
    if code < 400:
        return error.get_response()  # type: ignore[return-value]
    original = getattr(error, "original_exception", None)
    if code >= 500 and original is not None:
        log.error("request.failed", route=str(request.url_rule), error=repr(original)[:500], exc_info=original)
        if current_app.config["TESTING"] and g.get("reraise", True):
            raise original
    return status_page(code)
