"""Uploads over a bad line: the tus protocol (1.0.0), for files that answer questions.

Addresses are known to one person, one stage and one question; for everybody else they do not exist. The token against
forgery comes in a header, which no other site can make a browser send.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import jsonify, make_response, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import BadRequest
from werkzeug.http import http_date
from werkzeug.wrappers import Response

from app.core import files, partials
from app.core.errors import Invalid, MoveRefused
from app.proposals import queries, services, tus
from app.proposals.models import Upload
from app.proposals.views import bp
from app.proposals.views.loading import load_section, load_stage, myself
from app.proposals.views.writing import ADDRESS
from app.web import transaction
from app.web.filters import translate
from app.web.permissions import authorised, current_actor, requires

ONE = "/uploads/<uuid:upload_id>"
GONE = 410
WRONG_CHECKSUM = 460


def answers_tus(view: Callable[..., Response]) -> Callable[..., Response]:
    """Mark a view whose every answer names the protocol's version, and whose refusals come as problems in words."""

    @wraps(view)
    def speaking(*args: Any, **kwargs: Any) -> Response:
        try:
            if request.method != "OPTIONS":
                tus.check_version(_headers())
            response = view(*args, **kwargs)
        except tus.ProtocolError as error:
            response = _problem(error.status, error.text)
            if error.status == 412:
                response.headers["Tus-Version"] = tus.VERSION
        except MoveRefused as error:
            response = _problem(403, translate(error))
        except Invalid as error:
            response = _problem(413 if isinstance(error, services.TooLarge) else 422, translate(error))
        response.headers["Tus-Resumable"] = tus.VERSION
        return response

    return speaking


def _headers() -> dict[str, str]:
    return dict(request.headers)


def _problem(status: int, detail: str) -> Response:
    response = make_response(jsonify(type="about:blank", detail=detail, status=status), status)
    response.headers["Content-Type"] = "application/problem+json"
    return response


def _state(upload: Upload, status: int, size: int) -> Response:
    """An empty answer that says how far an upload has come, and whether it is attached."""
    response = Response(status=status, mimetype="text/plain")
    response.headers["Upload-Offset"] = str(size)
    response.headers["Upload-Expires"] = http_date(upload.expires_at)
    response.headers["Assay-Upload"] = upload.outcome
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.route(ADDRESS + "/uploads/<question_id>", methods=["OPTIONS"])
@answers_tus
@requires("proposal.start")
def upload_options(**_address: Any) -> Response:
    """What this server can do."""
    authorised(myself())
    response = Response(status=204, mimetype="text/plain")
    response.headers["Tus-Version"] = tus.VERSION
    response.headers["Tus-Extension"] = tus.EXTENSIONS
    response.headers["Tus-Max-Size"] = str(files.largest())
    response.headers["Tus-Checksum-Algorithm"] = ",".join(partials.ALGORITHMS)
    return response


@bp.post(ADDRESS + "/uploads/<question_id>")
@answers_tus
@requires("proposal.edit")
def begin_upload(proposal_id: uuid.UUID, key: str, section_id: str, question_id: str) -> Response:
    """Make room for a file."""
    submission = load_stage(proposal_id, key)
    upload = services.begin_upload(
        submission=submission,
        section_id=load_section(submission, section_id).id,
        question_id=question_id,
        name=tus.metadata(_headers()).get("filename", ""),
        length=tus.number(_headers(), "Upload-Length"),
        actor=current_actor(),
    )
    response = _state(upload, 201, 0)
    response.headers["Location"] = url_for("proposals.upload", upload_id=upload.id)
    return response


@bp.route(ONE, methods=["HEAD"])
@answers_tus
@requires("proposal.upload")
def upload(upload_id: uuid.UUID) -> Response:
    """How far an upload has come."""
    found = authorised(queries.get_upload(upload_id))
    size = services.arrived(found)
    if size is None:
        return _problem(GONE, gettext("This upload has ended. Choose the file again."))
    response = _state(found, 200, size)
    response.headers["Upload-Length"] = str(found.length)
    return response


@bp.delete(ONE)
@answers_tus
@requires("proposal.upload")
def terminate_upload(upload_id: uuid.UUID) -> Response:
    """Throw away what has arrived."""
    found = authorised(queries.get_upload(upload_id, lock=True))
    services.end_upload(upload=found, outcome="terminated")
    return Response(status=204, mimetype="text/plain")


@bp.patch(ONE)
@answers_tus
@requires("proposal.upload")
def continue_upload(upload_id: uuid.UUID) -> Response:
    """Take a piece; the last one makes it an answer. The database is let go while the line is waited for."""
    piece = tus.piece(_headers(), partials.ALGORITHMS)
    found = authorised(queries.get_upload(upload_id))
    size, length = services.arrived(found), found.length
    if size is None:
        return _problem(GONE, gettext("This upload has ended. Choose the file again."))
    if piece.length and piece.offset + piece.length > length:
        return _problem(413, gettext("More came than was announced."))
    if size != piece.offset:
        return _overtaken(size)
    if found.outcome == "open":
        transaction.pause()
        try:
            size = partials.append(upload_id, size, _read, length, piece.checksum)
        except partials.Overtaken as error:
            return _overtaken(error.size)
        except partials.WrongChecksum:
            return _problem(WRONG_CHECKSUM, gettext("A piece was damaged on its way. It is sent again."))
    return _settle(upload_id, size)


def _read(size: int) -> bytes:
    """A part of the body; a line that broke is the end of it."""
    try:
        return request.stream.read(size)
    except (BadRequest, OSError):
        return b""


def _overtaken(size: int) -> Response:
    response = _problem(409, gettext("This upload has gone on elsewhere."))
    response.headers["Upload-Offset"] = str(size)
    return response


def _settle(upload_id: uuid.UUID, size: int) -> Response:
    """Write how far it has come, and attach what is complete; rights may have ended meanwhile."""
    found = authorised(queries.get_upload(upload_id, lock=True))
    services.note_arrival(upload=found, size=size)
    if size == found.length:
        try:
            services.finish_upload(upload=found, actor=current_actor())
        except Invalid as refused:
            services.end_upload(upload=found, outcome="refused")
            transaction.keep()
            return _problem(422, translate(refused))
    return _state(found, 204, size)
