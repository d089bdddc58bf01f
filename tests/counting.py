"""How many statements a page takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event

ON_TABLES = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE"})


@contextmanager
def counted_queries() -> Iterator[list[str]]:
    """Collect the statements that read or write tables."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.split(None, 1)[0].upper() in ON_TABLES:
            seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@pytest.fixture
def count_queries() -> Callable[[], AbstractContextManager[list[str]]]:
    """``with count_queries() as seen``: every statement of the block."""
    return counted_queries
