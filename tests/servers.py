"""Real servers for tests: PostgreSQL, Redis and SMTP on loopback, started when wanted and ended with the test run."""

from __future__ import annotations

import asyncio
import glob
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP


class Missing(Exception):
    """A server program that is not on this machine; the message says what to install."""


def free_port() -> int:
    """A TCP port on loopback that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_port(port: int, process: subprocess.Popen | None = None, seconds: float = 20) -> None:
    """Return when something listens on the port; raise when it does not in time, or its process ended."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process is not None and process.poll() is not None:
            raise RuntimeError(f"the server ended with code {process.returncode} before it listened on port {port}")
        with socket.socket() as probe:
            probe.settimeout(0.3)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"nothing listens on port {port} after {seconds} s")


def _postgresql_binaries() -> Path:
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/postgres"))
    if config := shutil.which("pg_config"):
        folder = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603
        found += glob.glob(f"{folder}/postgres")
    if not found:
        raise Missing("PostgreSQL is not installed: apt-get install postgresql")
    return Path(found[-1]).parent


def _unprivileged() -> dict[str, object]:
    """PostgreSQL refuses to run as root; use the account of the Debian package, or nobody."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name for entry in pwd.getpwall()}
    account = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


@contextmanager
def postgresql(*, durable: bool = False) -> Iterator[str]:
    """A throw-away PostgreSQL cluster; yields the URL of its superuser database. ``durable`` waits for the disk."""
    if url := os.environ.get("TEST_DATABASE_URL"):
        yield url
        return
    binaries, who = _postgresql_binaries(), _unprivileged()
    folder = Path(tempfile.mkdtemp(prefix="assay-pg-"))
    if who:
        os.chown(folder, int(str(who["user"])), int(str(who["group"])))
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": "/", **who}
    subprocess.run(
        [binaries / "initdb", "-D", folder / "data", "-U", "assay", "-A", "trust", "-E", "UTF8", "--locale=C"],
        check=True,
        **quiet,
    )
    port = free_port()
    hasty = () if durable else ("-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off")
    options = [
        *hasty,
        "-c",
        "max_connections=200",
        "-c",
        "listen_addresses=127.0.0.1",
        "-c",
        f"unix_socket_directories={folder}",
        "-p",
        str(port),
    ]
    process = subprocess.Popen([binaries / "postgres", "-D", folder / "data", *options], **quiet)  # noqa: S603
    try:
        wait_for_port(port, process)
        yield f"postgresql://assay@127.0.0.1:{port}/postgres"
    finally:
        process.send_signal(signal.SIGINT)  # a fast shutdown: does not wait for connections left open
        process.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


class RedisServer:
    """A private Redis without persistence that a test may stop and start."""

    def __init__(self) -> None:
        self.program = shutil.which("redis-server")
        if not self.program:
            raise Missing("Redis is not installed: apt-get install redis-server")
        self.port = free_port()
        self.process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        command = [
            str(self.program),
            "--port",
            str(self.port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
            "--dir",
            tempfile.gettempdir(),
        ]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
        wait_for_port(self.port, self.process)

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait(10)


class MailServer(Controller):
    """A controller that knows its connections: one left open when the loop ends would warn in a later test."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.talks: list[SMTP] = []

    def factory(self) -> SMTP:
        self.talks.append(super().factory())
        return self.talks[-1]

    async def hang_up(self) -> None:
        """Take no more connections and cut those that are open."""
        self.server.close()
        await asyncio.sleep(0.1)  # one that was accepted just now has no transport yet
        while open_ones := [talk.transport for talk in self.talks if talk.transport is not None]:
            for transport in open_ones:
                transport.abort()
            await asyncio.sleep(0.01)


class MailSink:
    """An SMTP server that keeps what it accepts and refuses while told to."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.refusing = False
        self.controller: MailServer | None = None
        self.port = free_port()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_DATA(self, _server, _session, envelope) -> str:
        if self.refusing:
            return "451 4.3.0 try again later"
        self.messages.append(message_from_bytes(envelope.content))
        return "250 2.0.0 accepted"

    def start(self) -> None:
        self.controller = MailServer(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()

    def stop(self) -> None:
        """Hang up every connection, as a server that dies does, and close the port."""
        if self.controller:
            asyncio.run_coroutine_threadsafe(self.controller.hang_up(), self.controller.loop).result(10)
            self.controller.stop()
            self.controller = None
