"""Serving stored files: always as an attachment under a neutral type, never run by the browser."""

from __future__ import annotations

import hashlib
from urllib.parse import quote

import structlog
from flask import Response, send_file

from app.core import files
from app.core.errors import NotFound

log = structlog.get_logger()


def attachment(file: files.StoredFile, name: str = "") -> Response:
    """Answer with the file as an attachment after checking that its content is what was stored."""
    path = files.path_of(file)
    if not path.is_file() or not _intact(file):
        log.error("file.damaged", file_id=str(file.id))
        raise NotFound()
    response = send_file(path, mimetype=file.media_type, conditional=False, etag=False)
    shown = name or file.original_name
    plain = "".join(c if (c.isascii() and c.isalnum()) or c in "-_." else "_" for c in shown) or "file"
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(shown, safe='')}"
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "no-store, private"
    return response


def _intact(file: files.StoredFile) -> bool:
    with files.path_of(file).open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest() == file.sha256
