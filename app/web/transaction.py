"""One request, one transaction: committed after a good answer to an unsafe request, rolled back otherwise."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from flask import Flask, Response, current_app, g, request
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from app.core import clock, queue
from app.core.db import writing
from app.extensions import db
from app.web import errors, idempotency, permissions
from app.web.security import PROOF_FIELD

log = structlog.get_logger()
SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


def register(app: Flask) -> None:
    """Attach the transaction to every request."""
    app.before_request(begin)
    app.after_request(finish)
    app.teardown_request(release)


def _writes() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    access = getattr(view, "access", None)
    return request.method not in SAFE or bool(access and access.logged_read)


def begin():  # type: ignore[no-untyped-def]
    """Take the write lock for unsafe requests (SQLite) and the form's idempotency key."""
    g.keep = False
    g.writing_token = writing.set(_writes())
    if request.method in SAFE:
        return None
    clock.now()  # deadlines are judged by the instant it came: no lock that it waits for makes it late
    try:
        repeated = idempotency.begin()
    except IntegrityError:
        db.session.rollback()
        repeated = idempotency.begin()
    if repeated is not None and PROOF_FIELD in request.form:
        permissions.ask_for_proof()  # its browser may never see the cookie that the first one got
    return repeated


def keep() -> None:
    """Commit this request although it answers with an error page (failed sign-ins must be counted).

    It holds when the view then breaks off, too, unless the database refused something: call it when what is written is whole.
    """
    g.keep = True


def pause() -> None:
    """End the transaction, which has only read so far, before something slow: nobody waits for this request meanwhile."""
    db.session.rollback()


def afterwards(work: Callable[[], None]) -> None:
    """Do this in a transaction of its own once the request is settled, whether it was carried out or refused."""
    g.afterwards = work


def finish(response: Response) -> Response:
    """Settle the request, then what is to be done whatever came of it."""
    response = _settle(response)
    work = g.pop("afterwards", None)
    if work is not None:
        try:
            work()
            db.session.commit()
        except DBAPIError as error:
            db.session.rollback()
            log.error("afterwards.failed", error=type(error).__name__, route=str(request.url_rule))
    return response


def _settle(response: Response) -> Response:
    """Commit or roll back; a commit that fails turns into an error page, never into a false confirmation."""
    try:
        if _writes() and (response.status_code < 400 or g.get("keep")):
            idempotency.finish(response)
            db.session.commit()
            if db.session().info.pop("poke", False):
                queue.poke()
        else:
            _refuse_silent_writes(response)
            db.session.rollback()
    except DBAPIError as error:
        db.session.rollback()
        log.error("transaction.failed", error=type(error).__name__, route=str(request.url_rule))
        busy = isinstance(error, OperationalError)
        return current_app.make_response(errors.busy_page() if busy else errors.conflict_page())
    return response


def _refuse_silent_writes(response: Response) -> None:
    """A safe request that changed something is a programming error, shown outside production."""
    changed = request.method in SAFE and (db.session.new or db.session.dirty or db.session.deleted)
    if changed and not current_app.extensions["settings"].is_production and response.status_code < 400:
        raise RuntimeError(f"{request.method} {request.path} changed data")


def release(_error: BaseException | None) -> None:
    token = g.pop("writing_token", None)
    if token is not None:
        writing.reset(token)
