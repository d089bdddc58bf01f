"""Words for what the database refuses: the last line of defence, met only when two people act at the same moment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import IntegrityError

from app.core.errors import Conflict


@contextmanager
def worded(message: str) -> Iterator[None]:
    """Turn a constraint or trigger that refuses into a ``Conflict`` with this sentence."""
    try:
        yield
    except IntegrityError as error:
        raise Conflict(message) from error
