"""Runs migrations on the application's own database, with foreign keys off on SQLite while tables are rebuilt."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import context
from flask import current_app
from sqlalchemy import Connection

db = current_app.extensions["migrate"].db


def run() -> None:
    """Migrate, a transaction a step; on PostgreSQL give up rather than wait long for locks."""
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            with references_unwatched(connection):
                migrate(connection)
            return
        connection.exec_driver_sql("SET lock_timeout = '10s'")
        connection.exec_driver_sql("SET statement_timeout = '0'")
        connection.commit()
        migrate(connection)


@contextmanager
def references_unwatched(connection: Connection) -> Iterator[None]:
    """SQLite makes a table anew to change it, and dropping the old one would delete every row that refers to it.

    Inside a transaction the pragma does nothing and says nothing, so it goes to the driver, before any begins.
    """
    driver = connection.connection.driver_connection
    driver.execute("PRAGMA foreign_keys=OFF")
    if driver.execute("PRAGMA foreign_keys").fetchone() != (0,):
        raise RuntimeError("SQLite still watches references; nothing was migrated")
    try:
        yield
        broken = driver.execute("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise RuntimeError(f"the migration broke references: {broken[:5]}")
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        render_as_batch=True,
        compare_type=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()


run()
