"""What tests of reviews and decisions share."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, event


@contextmanager
def counted_queries() -> Iterator[list[str]]:
    """Collect the statements that read or write tables."""
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        if statement.split(None, 1)[0] in {"SELECT", "INSERT", "UPDATE", "DELETE"}:
            seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@pytest.fixture
def count_queries():
    """``with count_queries() as seen``: every statement of the block."""
    return counted_queries
