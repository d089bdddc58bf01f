"""The public interface for programs: calls and published history as JSON; problems as RFC 9457."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, jsonify, request
from sqlalchemy import Select, func, select
from werkzeug.exceptions import BadRequest

from app.api import openapi, present
from app.calls import queries as calls
from app.core import clock
from app.core.errors import NotFound
from app.extensions import db
from app.knowledge import queries as knowledge
from app.web.permissions import public_page
from app.web.security import external_url

bp = Blueprint("api", __name__)
PER_PAGE = 25
MOST_PER_PAGE = 100
LAST_PAGE = 10_000


@bp.get("/calls")
@public_page
def list_calls() -> Response:
    """Published calls, the one that closes last first."""
    now = clock.now()
    return _page("api.list_calls", calls.public_calls_query(), lambda call: present.call_summary(call, now))


@bp.get("/calls/<code>")
@public_page
def call(code: str) -> Response:
    """One published call with everything it asks."""
    found = calls.public_call(code)
    if found is None:
        raise NotFound()
    return jsonify(present.call_detail(found, clock.now()))


@bp.get("/history")
@public_page
def history() -> Response:
    """Real projects of earlier calls, each with its source."""
    mineral = request.args.get("mineral", "")[:40]
    query = knowledge.projects_query(mineral)
    return _page("api.history", query, present.project, **({"mineral": mineral} if mineral else {}))


@bp.get("/openapi.json")
@public_page
def description() -> Response:
    """The description of this interface."""
    return jsonify(openapi.document(external_url("api.description").removesuffix("/openapi.json")))


def _number(name: str, default: int, most: int) -> int:
    """A whole number from the address, from 1 to ``most``; anything else is a problem, not a guess."""
    raw = request.args.get(name, str(default))
    if not (raw.isascii() and raw.isdigit() and len(raw) < 8 and 1 <= int(raw) <= most):
        raise BadRequest()
    return int(raw)


def _page(endpoint: str, query: Select[Any], show: Callable[[Any], dict[str, Any]], **more: str) -> Response:
    """One page of a list: two queries and those of its eager loading, whatever the length."""
    number, size = _number("page", 1, LAST_PAGE), _number("per_page", PER_PAGE, MOST_PER_PAGE)
    total = db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    rows = db.session.scalars(query.limit(size).offset((number - 1) * size)).unique()

    def address(page: int) -> str:
        return external_url(endpoint, page=page, per_page=size, **more)

    return jsonify(
        items=[show(row) for row in rows],
        total=total,
        page=number,
        per_page=size,
        next=address(number + 1) if number * size < total else None,
        previous=address(number - 1) if number > 1 else None,
    )
