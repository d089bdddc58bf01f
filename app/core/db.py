"""Database conventions: SQLite pragmas and write locks, the columns every table shares, state check constraints."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from enum import Enum
from typing import Any, cast

from sqlalchemy import CheckConstraint, Connection, CursorResult, Delete, Engine, Integer, String, Update, Uuid, event
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from app.core import clock, queue
from app.core.types import UTCDateTime, new_id
from app.extensions import db

writing: ContextVar[bool] = ContextVar("writing", default=False)


@contextmanager
def write_transaction() -> Iterator[None]:
    """Open the next SQLite transaction with its write lock taken, so that read-then-write never deadlocks."""
    token = writing.set(True)
    try:
        yield
    finally:
        writing.reset(token)


@contextmanager
def unit_of_work() -> Iterator[None]:
    """One short write transaction outside a request: committed at the end or undone whole; workers are woken after it."""
    with write_transaction():
        try:
            yield
            db.session.commit()
        except BaseException:
            db.session.rollback()
            raise
        finally:
            wanted = db.session().info.pop("poke", False)
            db.session.remove()
    if wanted:
        queue.poke()


def affected(statement: Update | Delete) -> int:
    """Run an UPDATE or DELETE and return how many rows it took effect on; objects in the session are not brought up to date."""
    result = db.session.execute(statement.execution_options(synchronize_session=False))
    return int(cast("CursorResult[Any]", result).rowcount)


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: Any) -> None:
    if type(connection).__module__.startswith("sqlite3"):
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=30000"):
            connection.execute("PRAGMA " + pragma)


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing.get() else "BEGIN")


class Record:
    """Columns of every table: a UUIDv7 id and the instant of creation."""

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=lambda: clock.now())


class Versioned(Record):
    """A record that people edit: every UPDATE names the version it read, so nothing is overwritten unseen."""

    version: Mapped[int] = mapped_column(Integer, default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, object]:
        return {"version_id_col": cls.__table__.c.version} if hasattr(cls, "__table__") else {}


def one_of(column: str, values: Iterable[str | Enum], name: str | None = None) -> CheckConstraint:
    """A CHECK that a text column holds one of the given words (a state, an outcome, a role)."""
    words = sorted(v.value if isinstance(v, Enum) else v for v in values)
    quoted = ", ".join(f"'{w}'" for w in words)
    return CheckConstraint(f"{column} IN ({quoted})", name=name or f"{column}_known")


class Stateful(Versioned):
    """A record with a workflow; ``app.core.transitions`` alone writes its state."""

    state: Mapped[str] = mapped_column(String(32))
    state_changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
