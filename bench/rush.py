"""The last minute before a deadline: many complete drafts submitted at fixed instants, while others go on writing.

An open-model client: each arrival comes at its instant whatever the answers to those before, and its time counts from that
instant. Every twentieth presses the button twice. Behind it a real gunicorn with the delivery process beside it, as ``./run``
starts them: 2 processes on PostgreSQL, then 1 on the embedded SQLite. Afterwards the database is asked what is there.
Usage: ``./run bench rush [--quick]`` (quick: the same rates for 10 seconds).
"""

from __future__ import annotations

import asyncio
import json
import math
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from app import create_app
from app.extensions import db
from bench._crowd import Applicant, close_at, judge, make_crowd
from bench._demo import flask, machine
from config import ROOT, load_settings
from tests.servers import free_port, postgresql, wait_for_port

BUDGET_SECONDS = 2.0
MARGIN = timedelta(seconds=BUDGET_SECONDS)
DOUBLE_EVERY, DOUBLE_AFTER = 20, 0.3
Answer = tuple[int, str, bytes]


@dataclass(frozen=True)
class Rush:
    """One run: how many arrive in how many seconds, on which database."""

    database: str
    count: int
    seconds: int
    writers: int
    pause: float  # seconds between two autosaves of one writer


@dataclass
class Seen:
    """What the client saw: answers by kind and status, how long each took, and which submits were acknowledged."""

    statuses: Counter[str] = field(default_factory=Counter)
    took: dict[str, list[float]] = field(default_factory=lambda: {"submit": [], "receipt": [], "autosave": []})
    acknowledged: set[uuid.UUID] = field(default_factory=set)
    landed: dict[uuid.UUID, set[str]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)


class Client:
    """Speaks plain HTTP/1.1 to the server, one connection a request, and writes down what comes back."""

    def __init__(self, port: int) -> None:
        self.port, self.seen = port, Seen()

    async def send(self, kind: str, due: float, who: Applicant, path: str, body: bytes = b"", more: str = "") -> Answer:
        """One request; its time counts from the instant at which it was due."""
        try:
            status, headers, content = await asyncio.wait_for(self._exchange(who, path, body, more), 60)
        except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
            status, headers, content = 0, type(error).__name__, b""
        self.seen.took[kind].append(time.monotonic() - due)
        self.seen.statuses[f"{kind} {status}"] += 1
        return status, headers, content

    async def _exchange(self, who: Applicant, path: str, body: bytes, more: str) -> Answer:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        method = "POST" if body else "GET"
        form = f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n" if body else ""
        head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {who.cookie}\r\nConnection: close\r\n{form}{more}\r\n"
        writer.write(head.encode() + body)
        await writer.drain()
        answer = await reader.read()
        writer.close()
        if not answer:
            raise OSError("the connection was closed without an answer")
        headers, _, content = answer.partition(b"\r\n\r\n")
        return int(headers.split(b" ", 2)[1]), headers.decode("latin-1"), content

    async def submit(self, who: Applicant, due: float) -> None:
        """Press the button at the instant; then read the receipt, as a browser does."""
        await asyncio.sleep(max(0, due - time.monotonic()))
        status, headers, page = await self.send("submit", due, who, who.address + "/submit", who.body)
        if status != 303:
            self.seen.refused.append(page.decode(errors="replace"))
            return
        where = _location(headers)
        self.seen.acknowledged.add(who.submission_id)
        self.seen.landed.setdefault(who.submission_id, set()).add(where)
        await self.send("receipt", time.monotonic(), who, where)

    async def write_on(self, who: Applicant, begin: float, rush: Rush, offset: float) -> None:
        """Go on typing: a longer text every few seconds, each save after the answer to the one before."""
        number = 0
        while (due := begin + offset + number * rush.pause) < begin + rush.seconds:
            await asyncio.sleep(max(0, due - time.monotonic()))
            number += 1
            text = f"Sentence {number} of what is being written. " * 8
            fields = {
                "csrf_token": who.token,
                "version": who.version,
                who.field: text,
                "patch:client": f"rush-{who.submission_id.hex}"[:40],
                "patch:sequence": number,
                "patch:bases": json.dumps({who.field: who.version}),
            }
            status, _, content = await self.send(
                "autosave",
                max(due, time.monotonic() - 60),
                who,
                f"{who.address}/sections/{who.section}",
                urllib.parse.urlencode(fields).encode(),
                "X-Autosave: 1\r\nAccept: application/json\r\n",
            )
            if status == 200:
                who.version, who.acknowledged = json.loads(content)["version"], text.strip()


def _location(headers: str) -> str:
    line = next(h for h in headers.split("\r\n") if h.lower().startswith("location:"))
    parts = urllib.parse.urlsplit(line.split(":", 1)[1].strip())
    return parts.path


async def rush_in(
    client: Client, rush: Rush, applicants: list[Applicant], writers: list[Applicant], begin: float
) -> None:
    """Everybody at their instants."""
    tasks = []
    for number, who in enumerate(applicants):
        due = begin + number * rush.seconds / rush.count
        tasks.append(client.submit(who, due))
        if number % DOUBLE_EVERY == 0:
            tasks.append(client.submit(who, due + DOUBLE_AFTER))
    for number, who in enumerate(writers):
        tasks.append(client.write_on(who, begin, rush, rush.pause * number / len(writers)))
    await asyncio.gather(*tasks)


@contextmanager
def servers(environ: dict[str, str], processes: int) -> Iterator[int]:
    """Web server and delivery as ``./run`` starts them; yields the port."""
    port = free_port()
    web = ("gunicorn", "wsgi:app", "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread", "--threads", "8")
    python = [sys.executable, "-m"]
    commands = [
        [*python, *web, "--workers", str(processes), "--log-level", "warning"],
        ["nice", "-n", "10", *python, "app.worker", "local"],
    ]
    with Path(environ["ASSAY_DATA_DIR"], "processes.log").open("wb") as log:
        started = [subprocess.Popen(words, cwd=ROOT, env=environ, stdout=log, stderr=log) for words in commands]
    try:
        wait_for_port(port, started[0], 60)
        yield port
    finally:
        for process in started:
            process.send_signal(signal.SIGTERM)
        for process in started:
            process.wait(30)


def measure(rush: Rush, database_url: str) -> dict[str, Any]:
    """Set up, rush, judge: the figures of one run."""
    folder = tempfile.mkdtemp(prefix="assay-rush-")
    environ = {k: v for k, v in os.environ.items() if not k.startswith("ASSAY_")}
    environ |= {"ASSAY_DATA_DIR": folder, "ASSAY_ARGON2_MEMORY_KIB": "64", "ASSAY_BASE_URL": "http://localhost"}
    environ |= {"ASSAY_DEMO": "0", **({"ASSAY_DATABASE_URL": database_url} if database_url else {})}
    flask(environ, "db", "upgrade")
    app = create_app(load_settings(environ))
    applicants, writers = make_crowd(app, rush.count, rush.writers)
    print(f"{rush.database}: {rush.count} drafts, {rush.writers} writers; {rush.seconds} s to the deadline", flush=True)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    with servers(environ, 2 if database_url else 1) as port:
        client = Client(port)
        asyncio.run(_warm(client, writers))
        close_at(app, datetime.now(UTC) + timedelta(seconds=rush.seconds + 1) + MARGIN)
        client.seen = Seen()
        asyncio.run(rush_in(client, rush, applicants, writers, time.monotonic() + 1))
    if client.seen.refused:
        Path(folder, "refused.html").write_text(client.seen.refused[0])
        print(f"{len(client.seen.refused)} were refused; the first answer is in {folder}/refused.html")
    return figures(rush, client.seen, judge(app, applicants, client.seen.acknowledged, writers))


async def _warm(client: Client, writers: list[Applicant]) -> None:
    """Every thread of the server has loaded its code and a connection, as in any server that ran for an hour."""
    for _ in range(3):
        await asyncio.gather(*(client.send("receipt", time.monotonic(), w, w.address + "/check") for w in writers[:16]))


def figures(rush: Rush, seen: Seen, held: dict[str, Any]) -> dict[str, Any]:
    """The figures of a run and whether they keep the promise."""
    submit, p95 = seen.took["submit"], _p95(seen.took["submit"])
    errors = sum(n for what, n in seen.statuses.items() if what.rsplit(" ", 1)[1] == "0" or " 5" in what)
    doubled = held.pop("doubled") + sum(len(places) > 1 for places in seen.landed.values())
    ok = len(seen.acknowledged) == held["sealed"] == held["receipts_verified"] == rush.count
    ok = ok and seen.statuses["autosave 200"] == len(seen.took["autosave"])
    ok = ok and not errors and not doubled and not held["lost"] and not held["autosaves_lost"]
    return {
        "n": rush.count,
        "seconds": rush.seconds,
        "p50_ms": _ms(statistics.median(submit)),
        "p95_ms": _ms(p95),
        "max_ms": _ms(max(submit)),
        "autosaves": len(seen.took["autosave"]),
        "autosave_p95_ms": _ms(_p95(seen.took["autosave"])),
        "statuses": dict(sorted(seen.statuses.items())),
        "errors": errors,
        "doubled": doubled,
        **held,
        "ok": ok and p95 < BUDGET_SECONDS and not held["audit_breaks"],
    }


def _p95(seconds: list[float]) -> float:
    """The time that 95 of 100 kept."""
    return sorted(seconds)[math.ceil(len(seconds) * 0.95) - 1]


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 1)


def main() -> int:
    quick = "--quick" in sys.argv
    wanted = [w for w in ("PostgreSQL", "SQLite") if w.lower() in " ".join(sys.argv).lower()] or [
        "PostgreSQL",
        "SQLite",
    ]
    seconds, found = (10 if quick else 60), {}
    if "PostgreSQL" in wanted:
        with postgresql(durable=True) as url:
            found["PostgreSQL"] = measure(Rush("PostgreSQL", 500 * seconds // 60, seconds, 60, 10.0), url)
    if "SQLite" in wanted:
        found["SQLite"] = measure(Rush("SQLite", 50 * seconds // 60, seconds, 6, 10.0), "")
    for name, one in found.items():
        print(name, json.dumps(one))
    ok = all(one["ok"] for one in found.values())
    print(
        json.dumps({"bench": "rush", "n": sum(f["n"] for f in found.values()), **machine(), "figures": found, "ok": ok})
    )
    return 0 if ok else 1


if __name__ == "__main__":
    raise SystemExit(main())
