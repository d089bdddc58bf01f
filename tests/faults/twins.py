"""Two worlds that are alike to the last row: the demo on PostgreSQL, loaded once and copied, each behind a real gunicorn."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import requests
from sqlalchemy import Engine, create_engine, text

from config import ROOT
from tests.conftest import create_database
from tests.faults.instance import Instance
from tests.servers import free_port, wait_for_port

# Tables whose rows say nothing about the effect of a button, each with its reason.
TECHNICAL = {
    "idempotency_record": "holds the key that makes the second click harmless",
    "login_session": "signing in is done by each click of its own; sessions are no content",
    "attempt_count": "counts the requests themselves",
    "alembic_version": "the number of the last migration",
    "periodic_run": "when the scheduler last ran; no scheduler runs here",
    "service_span": "the server's own pulse",
    "presence": "who is at a page in this minute; forgotten after it",
}
GUNICORN = ("--worker-class", "gthread", "--threads", "8", "--workers", "2", "--preload", "--log-level", "warning")


def environment(folder: Path, database_url: str) -> dict[str, str]:
    """The environment of every process of a world."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("ASSAY_")}
    return inherited | {
        "ASSAY_MODE": "testing",
        "ASSAY_ARGON2_MEMORY_KIB": "64",
        "ASSAY_DATA_DIR": str(folder),
        "ASSAY_DATABASE_URL": database_url,
        "ASSAY_BASE_URL": "http://localhost",
    }


def load_demo(postgres_url: str, folder: Path) -> tuple[str, str]:
    """Migrate a new database, load the demo into it by the command line; returns the database's name and URL."""
    name = f"double_{secrets.token_hex(4)}"
    url = create_database(postgres_url, name)
    environ = environment(folder, url)
    for command in (("db", "upgrade"), ("assay", "demo", "load")):
        done = subprocess.run(  # noqa: S603 - our own command line
            [sys.executable, "-m", "flask", "--app", "wsgi", *command],
            cwd=ROOT,
            env=environ,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    return name, url


class World:
    """A copy of the demo behind a web server of its own, and a count of all that is in it."""

    def __init__(self, postgres_url: str, folder: Path, template: str, original: Path) -> None:
        shutil.copytree(original, folder)
        url = create_database(postgres_url, f"{template}_{folder.name}", template)
        self.instance = Instance(folder, url, ASSAY_ARGON2_MEMORY_KIB="64")
        self.engine: Engine = create_engine(url, isolation_level="AUTOCOMMIT")
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.tables = self._tables()
        self.process = self.instance.start("gunicorn", "wsgi:app", *GUNICORN, "--bind", f"127.0.0.1:{self.port}")

    def wait(self) -> None:
        """Return when the server answers."""
        wait_for_port(self.port, self.process, 60)
        requests.get(self.url + "/healthz", timeout=60)

    def stop(self) -> None:
        self.instance.stop()
        self.engine.dispose()

    def accounts(self) -> dict[str, dict[str, str]]:
        """The demo's people by the first part of their address."""
        people = json.loads((self.instance.folder / "demo-accounts.json").read_text())
        return {p["email"].split("@")[0]: p for p in people}

    def _tables(self) -> list[tuple[str, bool]]:
        """Every table that counts, and whether its rows carry a version."""
        query = (
            "SELECT t.table_name, EXISTS (SELECT 1 FROM information_schema.columns c WHERE c.table_schema = 'public'"
            " AND c.table_name = t.table_name AND c.column_name = 'version' AND c.data_type = 'integer')"
            " FROM information_schema.tables t WHERE t.table_schema = 'public' AND t.table_type = 'BASE TABLE'"
        )
        with self.engine.connect() as connection:
            rows = connection.execute(text(query)).all()
        return sorted((str(name), bool(versioned)) for name, versioned in rows if name not in TECHNICAL)

    def count(self) -> Counter[str]:
        """Rows of each table, the sum of their versions, audit entries by action, outbox events by name."""
        parts = ["SELECT 'audit ' || action AS what, count(*) FROM audit_entry GROUP BY action"]
        parts += ["SELECT 'event ' || name, count(*) FROM outbox_event GROUP BY name"]
        parts += [f"SELECT 'rows of {name}', count(*) FROM {name}" for name, _ in self.tables]  # noqa: S608
        parts += [f"SELECT 'versions of {n}', coalesce(sum(version), 0) FROM {n}" for n, has in self.tables if has]  # noqa: S608
        with self.engine.connect() as connection:
            rows = connection.execute(text(" UNION ALL ".join(parts))).all()
        return Counter({str(what): int(number) for what, number in rows})


def difference(before: Counter[str], after: Counter[str]) -> dict[str, int]:
    """What has changed, by how much."""
    return {k: after[k] - before[k] for k in sorted(before | after) if after[k] != before[k]}
