"""Instances to break, each on a database of its own."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import DIALECT, create_database, make_settings, migrated
from tests.faults.instance import Instance


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file that others are copied from."""
    folder = tmp_path_factory.mktemp("sqlite-template")
    migrated(make_settings(folder))
    return folder / "assay.sqlite"


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A migrated database of this test's own, of the kind of this pass."""
    if DIALECT == "sqlite":
        target = tmp_path / "assay.sqlite"
        shutil.copy(request.getfixturevalue("sqlite_template"), target)
        return f"sqlite:///{target}"
    template = request.getfixturevalue("postgres_template")
    return create_database(request.getfixturevalue("postgres_url"), f"fault_{secrets.token_hex(5)}", template)


@pytest.fixture
def make_instance(
    request: pytest.FixtureRequest, tmp_path: Path, database_url: str
) -> Iterator[Callable[..., Instance]]:
    """``make_instance(ASSAY_SMTP_URL=…)``: an instance whose processes end with the test, before its servers do."""
    for server in {"smtp_server", "redis_server"} & set(request.fixturenames):
        request.getfixturevalue(server)
    made: list[Instance] = []

    def make(**more: str) -> Instance:
        made.append(Instance(tmp_path, database_url, **more))
        return made[-1]

    yield make
    for instance in made:
        instance.stop()
