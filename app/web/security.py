"""What every request and answer must carry: known host, request id, strict headers, links from the configured address."""

from __future__ import annotations

import logging
import sys
import uuid
from collections.abc import Iterable
from urllib.parse import urlsplit

import structlog
from flask import Flask, Request, Response, abort, current_app, has_request_context, request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.middleware.proxy_fix import ProxyFix

from app.core.audit import request_id
from config import Settings

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), camera=(), microphone=()",
}
LANGUAGES = ("en", "fr", "es")
PROOF_FIELD, BACK_FIELD = "confirm_password", "confirm_back"  # of the page that asks for the password again
CARRIED_FIELD = "carried"  # of the page that asks to sign in again: the whole form that was posted without a session


class AssayRequest(Request):
    """A request that knows the page it came from, when that page is ours."""

    is_shown_again = (
        False  # it brings what was typed before somebody was signed out: to be shown, never to be carried out
    )

    def show_again(self, fields: Iterable[tuple[str, str]]) -> None:
        """From now on these are the posted fields, and nothing is to be done with them but showing them."""
        self.form = ImmutableMultiDict(fields)
        self.files = ImmutableMultiDict()
        self.__dict__.pop("values", None)
        self.is_shown_again = True

    @property
    def referrer_path(self) -> str:
        """Path (with query) of the page this came from, or nothing when it came from elsewhere.

        A form that went through the question for the password tells the page it was on before.
        """
        if told := self.__dict__.get("form", {}).get(BACK_FIELD):
            return safe_path(told)
        parts = urlsplit(self.referrer or "")
        if parts.netloc != self.host:
            return ""
        return safe_path(parts.path + (f"?{parts.query}" if parts.query else ""))


def register(app: Flask) -> None:
    """Attach request ids, trusted hosts, headers and structured logs."""
    settings: Settings = app.extensions["settings"]
    app.request_class = AssayRequest
    host = settings.host.rsplit(":", 1)[0] if settings.host else "localhost"
    local = [] if settings.is_production else ["localhost", "127.0.0.1"]
    app.config["TRUSTED_HOSTS"] = [host, *local]
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    app.extensions["babel"].locale_selector = choose_locale
    app.before_request(name_request)
    app.after_request(add_headers)
    _log_as_json(settings)


def name_request() -> None:
    """Give the request an id that logs, audit entries and error pages share."""
    request_id.set(uuid.uuid4().hex[:16])
    _ = request.host
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=request_id.get())
    if "\x00" in request.path or b"%00" in request.query_string:
        abort(400)  # No address of ours holds it, and neither do texts in a database or on a page.


def add_headers(response: Response) -> Response:
    """Set the security headers; pages are never stored by caches unless they say so themselves."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store, private"
        response.headers.add("Vary", "Cookie")
    if current_app.extensions["settings"].is_production:
        response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    response.headers["X-Request-Id"] = request_id.get()
    return response


def choose_locale() -> str | None:
    """The language the person chose, else the browser's; none outside a request (mails force their reader's)."""
    if not has_request_context():
        return None
    chosen = request.cookies.get("language")
    if chosen in LANGUAGES:
        return chosen
    return request.accept_languages.best_match(LANGUAGES) or "en"


def safe_path(target: str | None) -> str:
    """A path on this site, or nothing: no host, no scheme, no backslash or control character."""
    value = target or ""
    odd = any(ord(c) < 33 or c == "\\" for c in value)
    parts = urlsplit(value) if not odd else None
    if not parts or parts.scheme or parts.netloc or not value.startswith("/") or value.startswith("//"):
        return ""
    return value


def external_url(endpoint: str, **values: object) -> str:
    """An absolute link from the configured base address, also in workers; never from the request's Host."""
    base = urlsplit(current_app.extensions["settings"].base_url)
    adapter = current_app.url_map.bind(base.netloc, url_scheme=base.scheme, script_name=base.path or "/")
    return adapter.build(endpoint, values, force_external=True)


def client_address() -> str:
    """The address of the client, as far as the trusted proxies tell."""
    return request.remote_addr or "unknown"


def _log_as_json(settings: Settings) -> None:
    level = logging.WARNING if settings.mode == "testing" else logging.INFO
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )
