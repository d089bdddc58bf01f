"""A throw-away instance: its own data folder, database, port and processes, all ended at the end.

``PORT`` chooses its port; ``WALKTHROUGH_KEEP=1`` leaves its folder (database, files, mails, logs) for looking into.
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import psycopg
import requests

from tests.servers import MailSink, RedisServer, free_port, postgresql, wait_for_port
from tests.walkthrough.browser import Browser
from tests.walkthrough.mailbox import Found, in_folder, in_list
from tests.walkthrough.report import Difference, say

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ("ASSAY_DATABASE_URL", "ASSAY_REDIS_URL")
GUNICORN = ("gunicorn", "wsgi:app", "--worker-class", "gthread", "--threads", "8", "--log-level", "warning")


def wants_services() -> bool:
    """Whether the environment names the services to run on."""
    return all(os.environ.get(name) for name in SERVICES)


class Instance:
    """Starts with ``with``; ``cli`` runs the command line against it, ``browser`` opens a browser on it."""

    def __init__(self, *, services: bool) -> None:
        self.services = services
        self.folder = Path(tempfile.mkdtemp(prefix="walk-"))
        self.port = int(os.environ.get("PORT") or free_port())
        self.base_url = f"http://127.0.0.1:{self.port}"
        self.stack = ExitStack()
        self.sink: MailSink | None = None
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.env = {k: v for k, v in os.environ.items() if not k.startswith("ASSAY_")}
        self.env |= {
            "ASSAY_MODE": "development",
            "ASSAY_DATA_DIR": str(self.folder),
            "ASSAY_BASE_URL": self.base_url,
            "PORT": str(self.port),
            "PYTHONUNBUFFERED": "1",
            "PYTHONPATH": str(ROOT),
        }

    def __enter__(self) -> Instance:
        try:
            if self.services:
                self._start_services()
            self._migrate()
            self._start_processes()
        except BaseException:
            self.print_logs()
            self.stop()
            raise
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    @property
    def description(self) -> str:
        kind = "PostgreSQL, Redis with RQ workers, SMTP" if self.services else "SQLite, local delivery, on-disk mailbox"
        return f"{kind}; {self.base_url}"

    def browser(self, name: str, language: str = "en") -> Browser:
        return Browser(self.base_url, name, language)

    def mails(self) -> Found:
        """Every mail sent so far."""
        return in_list(self.sink.messages) if self.sink else in_folder(self.folder / "mailbox")

    def cli(self, *arguments: str, assay: bool = True, code: int = 0) -> str:
        """Run ``flask --app wsgi [assay] …`` and return what it printed; any other exit code is a difference."""
        done = self.cli_start(*arguments, assay=assay)
        printed, _ = done.communicate(timeout=240)
        if done.returncode != code:
            raise Difference(f"{' '.join(arguments)} ended with {done.returncode}: {printed.decode()[-1500:]}")
        return printed.decode()

    def cli_start(self, *arguments: str, assay: bool = True) -> subprocess.Popen[bytes]:
        """Start a command of the command line without waiting for it."""
        command = [sys.executable, "-m", "flask", "--app", "wsgi", *(["assay"] if assay else []), *arguments]
        return subprocess.Popen(
            command, cwd=ROOT, env=self.env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )

    def cli_all(self, commands: Sequence[Sequence[str]], *, at_once: int = 4) -> None:
        """Run several commands, a few at a time; all must succeed."""
        for start in range(0, len(commands), at_once):
            running = [(c, self.cli_start(*c)) for c in commands[start : start + at_once]]
            for arguments, process in running:
                printed, _ = process.communicate(timeout=240)
                if process.returncode:
                    raise Difference(
                        f"{' '.join(arguments)} ended with {process.returncode}: {printed.decode()[-900:]}"
                    )

    def _start_services(self) -> None:
        server = os.environ.get("ASSAY_DATABASE_URL") or self.stack.enter_context(postgresql())
        self.env["ASSAY_DATABASE_URL"] = self._own_database(server.replace("postgresql+psycopg://", "postgresql://"))
        redis_url = os.environ.get("ASSAY_REDIS_URL")
        if not redis_url:
            redis = RedisServer()
            redis.start()
            self.stack.callback(redis.stop)
            redis_url = redis.url
        self.env["ASSAY_REDIS_URL"] = redis_url
        self.sink = MailSink()
        self.sink.start()
        self.stack.callback(self.sink.stop)
        self.env["ASSAY_SMTP_URL"] = self.sink.url

    def _own_database(self, server: str) -> str:
        """A database of this play's own on the given server, dropped at the end."""
        name = f"walk_{secrets.token_hex(5)}"
        _execute(server, f"CREATE DATABASE {name}")
        self.stack.callback(_execute, server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        return server.rsplit("/", 1)[0] + f"/{name}"

    def _migrate(self) -> None:
        self.cli("db", "upgrade", assay=False)

    def _start_processes(self) -> None:
        workers = ("--workers", "2" if self.services else "1")
        self._start("web", *GUNICORN, *workers, "--bind", f"127.0.0.1:{self.port}")
        for role in ("rq", "scheduler") if self.services else ("local",):
            self._start(f"worker-{role}", "app.worker", role)
        wait_for_port(self.port, self.processes["web"], 120)
        requests.get(self.base_url + "/healthz", timeout=240)

    def _start(self, name: str, *module: str) -> None:
        with (self.folder / f"{name}.log").open("wb") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-m", *module], cwd=ROOT, env=self.env, stdout=log, stderr=log, start_new_session=True
            )

    def check_alive(self) -> None:
        """A process that ended by itself is a difference."""
        for name, process in self.processes.items():
            if process.poll() is not None:
                raise Difference(f"the process {name} ended with code {process.returncode}")

    def print_logs(self, lines: int = 40) -> None:
        """Print the last lines of every process."""
        for name in self.processes:
            text = (self.folder / f"{name}.log").read_text(errors="replace").splitlines()
            ended = self.processes[name].poll()
            say(f"--- last lines of {name}" + ("" if ended is None else f", which ended with code {ended}"))
            say("\n".join(line[:1500] for line in text[-lines:]))

    def stop(self) -> None:
        """End the processes that this play started, the services, and remove the folder."""
        for process in self.processes.values():
            if process.poll() is None:
                process.terminate()
        end = time.monotonic() + 12
        for process in self.processes.values():
            try:
                process.wait(max(0.1, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(5)
        self.stack.close()
        if not os.environ.get("WALKTHROUGH_KEEP"):
            shutil.rmtree(self.folder, ignore_errors=True)


def _execute(server: str, statement: str, seconds: float = 15) -> None:
    """Run one statement outside a transaction; a server that is still starting up is waited for."""
    end = time.monotonic() + seconds
    while True:
        try:
            with psycopg.connect(server, autocommit=True) as connection:
                connection.execute(statement)
            return
        except psycopg.OperationalError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
