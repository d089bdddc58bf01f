"""Fixtures for everybody: the application on a migrated database, isolation, clients, real servers."""

from __future__ import annotations

import hashlib
import os
import secrets
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import create_engine, text

from app import create_app
from app.core import clock
from app.extensions import db
from config import Settings, load_settings, normalise_database_url
from tests.chromium import chromium  # noqa: F401 - a fixture for everybody
from tests.client import AssayClient
from tests.counting import count_queries  # noqa: F401 - a fixture for everybody
from tests.demo import demo_folder  # noqa: F401 - a fixture for everybody
from tests.invariants import invariants_hold  # noqa: F401 - a fixture for everybody
from tests.servers import MailSink, Missing, RedisServer, postgresql

DIALECT = os.environ.get("ASSAY_TEST_DATABASE", "sqlite")
IN_CI = bool(os.environ.get("CI"))
NOON = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests marked for one database run in that database's pass only."""
    other = "postgres" if DIALECT == "sqlite" else "sqlite"
    dropped = [item for item in items if item.get_closest_marker(other)]
    if dropped:
        config.hook.pytest_deselected(items=dropped)
        items[:] = [item for item in items if item not in set(dropped)]


def _missing(error: Missing) -> None:
    """A missing server is a failure in CI and a skip with a clear word elsewhere."""
    if IN_CI:
        pytest.fail(str(error), pytrace=False)
    pytest.skip(str(error))


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The superuser URL of a throw-away PostgreSQL cluster."""
    with ExitStack() as stack:
        try:
            url = stack.enter_context(postgresql())
        except Missing as error:
            _missing(error)
            return
        yield url


def make_settings(data_dir: Path, database_url: str | None = None, **more: object) -> Settings:
    """Settings of a test application with its own data folder."""
    environ = {"ASSAY_MODE": "testing", "ASSAY_DATA_DIR": str(data_dir), "ASSAY_BASE_URL": "http://localhost"}
    environ["ASSAY_LOCK_WAIT_SECONDS"] = "90"  # a race is about who wins, however slow the machine
    if database_url:
        environ["ASSAY_DATABASE_URL"] = database_url
    return replace(load_settings(environ), **more)  # type: ignore[arg-type]


def create_database(postgres_url: str, name: str, template: str | None = None) -> str:
    """Create a PostgreSQL database (as a copy of ``template``) and return its URL."""
    engine = create_engine(normalise_database_url(postgres_url), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else "")))
    engine.dispose()
    return normalise_database_url(postgres_url.rsplit("/", 1)[0] + f"/{name}")


def migrated(settings: Settings) -> Flask:
    """An application whose database has every migration."""
    app = create_app(settings)
    app.test_client_class = AssayClient
    with app.app_context():
        upgrade()
        db.session.remove()
        db.engine.dispose()
    return app


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a migrated PostgreSQL database that others are copied from."""
    name = f"assay_template_{secrets.token_hex(4)}"
    url = create_database(postgres_url, name)
    migrated(make_settings(tmp_path_factory.mktemp("template"), url))
    return name


@pytest.fixture(scope="session")
def base_app(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application of this pass: SQLite or PostgreSQL, migrated once."""
    app = _app_of_this_pass(request, tmp_path_factory.mktemp("data"))
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def _app_of_this_pass(request: pytest.FixtureRequest, folder: Path) -> Flask:
    if DIALECT == "sqlite":
        return migrated(make_settings(folder))
    postgres_url = request.getfixturevalue("postgres_url")
    template = request.getfixturevalue("postgres_template")
    return migrated(make_settings(folder, create_database(postgres_url, f"assay_{secrets.token_hex(4)}", template)))


@pytest.fixture
def app(base_app: Flask, tmp_path: Path) -> Iterator[Flask]:
    """The application inside one database transaction that is rolled back, with a data folder of its own."""
    settings = base_app.extensions["settings"]
    base_app.extensions["settings"] = replace(settings, data_dir=tmp_path, storage_url=f"file://{tmp_path / 'files'}")
    with base_app.app_context():
        engine = db.engine
    connection = engine.connect()
    transaction = connection.begin()
    engines = db._app_engines[base_app]
    db._app_engines[base_app] = {None: connection}  # type: ignore[dict-item]
    session_options = db.session.session_factory.kw
    previous = session_options.get("join_transaction_mode")
    session_options["join_transaction_mode"] = "create_savepoint"
    try:
        with base_app.app_context():
            yield base_app
            db.session.remove()
    finally:
        transaction.rollback()
        connection.close()
        db._app_engines[base_app] = engines
        session_options["join_transaction_mode"] = previous or "conditional_savepoint"
        base_app.extensions["settings"] = settings


@pytest.fixture
def session(app: Flask):
    """The database session of the test; ``commit`` makes things visible to requests, nothing outlives the test."""
    return db.session


@pytest.fixture
def client(app: Flask) -> AssayClient:
    """A browser that is not signed in."""
    return app.test_client()  # type: ignore[return-value]


@pytest.fixture
def new_client(app: Flask) -> Callable[[], AssayClient]:
    """Makes further browsers."""
    return lambda: app.test_client()  # type: ignore[return-value]


@pytest.fixture
def sign_in(app: Flask) -> Callable[..., AssayClient]:
    """``sign_in(client, person)``: give the browser a valid server-side session of that person."""
    return sign_in_directly


def sign_in_directly(client: AssayClient, person, typed_at: datetime | None = None) -> AssayClient:  # type: ignore[no-untyped-def]
    """Write a login session and its cookie, without the sign-in page; its password counts as just typed, for good."""
    from app.identity.models import LoginSession  # noqa: PLC0415 - slow import

    token = secrets.token_urlsafe(32)
    db.session.add(
        LoginSession(
            token_hash=hashlib.sha256(token.encode()).hexdigest(),
            person_id=person.id,
            expires_at=clock.now() + timedelta(days=300),
            confirmed_at=typed_at or clock.now() + timedelta(days=300),
        )
    )
    db.session.commit()
    with client.session_transaction() as cookie:
        cookie.clear()
        cookie["_user_id"] = token
        cookie["_fresh"] = True
    return client


@pytest.fixture
def frozen(app: Flask) -> Iterator[Callable[[datetime], None]]:
    """Stop the clock: ``frozen(instant)`` sets it, any number of times; starts at noon UTC on 1 June 2026."""
    with clock.frozen(NOON):

        def move_to(instant: datetime) -> None:
            clock._frozen[-1] = instant.astimezone(UTC)
            db.session().info.pop("now", None)

        yield move_to


@pytest.fixture
def postgres_app(postgres_url: str, postgres_template: str, tmp_path: Path) -> Iterator[Flask]:
    """An application on a PostgreSQL database of its own, with real commits, for races. Mark the test ``postgres``."""
    url = create_database(postgres_url, f"race_{uuid.uuid4().hex[:10]}", postgres_template)
    app = create_app(make_settings(tmp_path, url))
    app.test_client_class = AssayClient
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def redis_server() -> Iterator[RedisServer]:
    """A private Redis, running; a test may stop and start it."""
    try:
        server = RedisServer()
    except Missing as error:
        _missing(error)
        return
    server.start()
    yield server
    server.stop()


@pytest.fixture
def redis_url(redis_server: RedisServer) -> str:
    """The address of a private Redis."""
    return redis_server.url


@pytest.fixture
def smtp_server() -> Iterator[MailSink]:
    """An SMTP server that keeps what it gets (``.messages``) and refuses while ``.refusing``."""
    sink = MailSink()
    sink.start()
    yield sink
    sink.stop()


@pytest.fixture(scope="session")
def demo_app(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application with the demo loaded, for sweeps that only read. What a test writes here, others see."""
    app = _app_of_this_pass(request, tmp_path_factory.mktemp("demo"))
    result = app.test_cli_runner().invoke(args=["assay", "demo", "load"])
    assert result.exit_code == 0, f"{result.output}\n{result.exception!r}"
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
