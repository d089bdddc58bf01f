"""A posted form on its way through the sign-in: closed, so that only its writer reads it, and only where it belongs."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from app.core import clock, encryption
from app.core.errors import Conflict

KEPT = timedelta(days=7)
LARGEST = 3 * 1024 * 1024  # what a browser sends back must stay below the limit of a form
Pairs = Sequence[tuple[str, str]]


def close(path: str, fields: Pairs) -> str:
    """The fields as one text that nobody reads or changes; nothing when there are more than can be sent back."""
    content = json.dumps({"at": clock.unshifted().timestamp(), "fields": list(fields)})
    packed = base64.b64encode(zlib.compress(content.encode("utf-8", "surrogatepass"))).decode()
    closed = encryption.encrypt(packed, _place(path)).decode()
    return closed if len(closed) <= LARGEST else ""


def unpack(path: str, closed: str) -> list[tuple[str, str]] | None:
    """The fields again; nothing when the text is not ours, belongs to another address or is too old."""
    try:
        packed = encryption.decrypt(closed.encode("utf-8", "surrogatepass"), _place(path))
    except Conflict:
        return None
    found = json.loads(zlib.decompress(base64.b64decode(packed)).decode("utf-8", "surrogatepass"))
    if clock.unshifted() - datetime.fromtimestamp(found["at"], UTC) > KEPT:
        return None
    return [(name, value) for name, value in found["fields"]]


def _place(path: str) -> str:
    return f"carried:{path}"
