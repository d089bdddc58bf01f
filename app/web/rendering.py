"""Templates get view models, never database objects; static files carry a content hash in their address."""

from __future__ import annotations

import dataclasses
import gzip
import hashlib
import mimetypes
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, current_app, make_response, render_template, request
from flask_babel import get_locale
from flask_wtf.csrf import generate_csrf

from app.extensions import Base
from app.web.idempotency import fresh_key
from app.web.permissions import public_page

STATIC = Path(__file__).resolve().parent.parent / "static"
BUNDLES = {
    "css/assay.css": (
        "css/tokens.css",
        "css/base.css",
        "css/layout.css",
        "css/components.css",
        "css/pages.css",
        "css/print.css",
    ),
    "js/autosave.js": (
        "js/autosave/queues.js",
        "js/autosave/fields.js",
        "js/autosave/sending.js",
        "js/autosave/showing.js",
        "js/autosave/forms.js",
    ),
}
YEAR = 31_536_000
COMPRESSIBLE = ("text/", "application/json", "application/javascript", "image/svg+xml", "application/problem+json")
_viewer: list[Callable[[], Any]] = []


def register(app: Flask) -> None:
    """Attach static files, template globals and compression."""
    app.add_url_rule("/static/<path:name>", "static", public_page(static_file))
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.globals.update(static_url=static_url, idempotency_key=fresh_key, csrf_token=generate_csrf)
    app.context_processor(lambda: {"viewer": _viewer[0]() if _viewer else None, "locale": str(get_locale() or "en")})
    app.after_request(compress)


def use_viewer(build: Callable[[], Any]) -> None:
    """Say how the frame of every page (name, navigation, unread count) is made."""
    _viewer[:] = [build]


def render(template: str, **context: Any) -> str:
    """Render a template; outside production a database object anywhere in the context is an error."""
    if not current_app.extensions["settings"].is_production:
        for name, value in context.items():
            _refuse_records(value, f"{template}: {name}", 0)
    return render_template(template, **context)


def _refuse_records(value: Any, where: str, depth: int) -> None:
    if isinstance(value, Base):
        raise TypeError(f"{where} is a database object ({type(value).__name__}); give the template a view model")
    if depth > 6 or isinstance(value, str | bytes | int | float) or value is None:
        return
    if isinstance(value, dict):
        children: Any = value.items()
    elif isinstance(value, list | tuple | set | frozenset):
        children = enumerate(value)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        children = ((f.name, getattr(value, f.name)) for f in dataclasses.fields(value))
    else:
        return
    for key, child in children:
        _refuse_records(child, f"{where}.{key}", depth + 1)


@lru_cache(maxsize=256)
def _content(name: str, _stamp: float) -> tuple[bytes, bytes, str]:
    """Content, its gzip form and its hash; several sources may make one bundle."""
    parts = BUNDLES.get(name, (name,))
    content = b"\n".join((STATIC / part).read_bytes() for part in parts if (STATIC / part).is_file())
    return content, gzip.compress(content, 9, mtime=0), hashlib.sha256(content).hexdigest()[:10]


def _load(name: str) -> tuple[bytes, bytes, str]:
    parts = [STATIC / part for part in BUNDLES.get(name, (name,))]
    return _content(name, max((p.stat().st_mtime for p in parts if p.is_file()), default=0.0))


def static_url(name: str) -> str:
    """The address of a static file with its content hash, cacheable for a year."""
    stem, dot, ending = name.rpartition(".")
    return f"/static/{stem}.{_load(name)[2]}{dot}{ending}"


def static_text(name: str) -> str:
    """A static file or bundle as text, for documents that carry everything inside; empty when there is none."""
    return _load(name)[0].decode()


def static_file(name: str) -> Response:
    """Serve a static file by its hashed name."""
    stem, _, ending = name.rpartition(".")
    base, _, _digest = stem.rpartition(".")
    plain = f"{base}.{ending}"
    target = (STATIC / plain).resolve()
    if plain not in BUNDLES and not (target.is_relative_to(STATIC) and target.is_file()):
        abort(404)
    content, packed, digest = _load(plain)
    if digest != _digest:
        abort(404)
    zipped = "gzip" in request.headers.get("Accept-Encoding", "")
    response = make_response(packed if zipped else content)
    response.headers["Content-Type"] = mimetypes.guess_type(plain)[0] or "application/octet-stream"
    response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    response.headers["Vary"] = "Accept-Encoding"
    if zipped:
        response.headers["Content-Encoding"] = "gzip"
    return response


def compress(response: Response) -> Response:
    """Send text compressed to clients that take it."""
    text = (response.mimetype or "").startswith(COMPRESSIBLE)
    if (
        not text
        or response.direct_passthrough
        or response.is_streamed
        or "Content-Encoding" in response.headers
        or "gzip" not in request.headers.get("Accept-Encoding", "")
        or (response.content_length or 0) < 500
    ):
        return response
    response.set_data(gzip.compress(response.get_data(), 6, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    response.headers.add("Vary", "Accept-Encoding")
    return response
