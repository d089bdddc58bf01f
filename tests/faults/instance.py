"""An instance of Assay in processes of its own, on a real database, for tests that kill and starve it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from app import create_app
from app.core.outbox import OutboxEvent
from app.extensions import db
from app.notifications.models import EmailDelivery, Notification
from config import ROOT, load_settings

SHORT_LEASE = "10"  # seconds until work of a killed worker is taken up again; on a slow machine one mail may take some


class Instance:
    """Settings shared by all processes, the processes, and an application of the test's own to look inside."""

    def __init__(self, folder: Path, database_url: str, **more: str) -> None:
        self.folder = folder
        self.environ = {
            "ASSAY_MODE": "testing",
            "ASSAY_DATA_DIR": str(folder),
            "ASSAY_DATABASE_URL": database_url,
            "ASSAY_BASE_URL": "http://localhost",
            "ASSAY_LEASE_SECONDS": SHORT_LEASE,
            "ASSAY_CONFIRM_MINUTES": "10000",  # however slow the machine, nobody is asked for the password again
            **more,
        }
        self.processes: list[subprocess.Popen[bytes]] = []
        self.app: Flask = create_app(load_settings(self.environ))

    def start(self, *command: str, **more: str) -> subprocess.Popen[bytes]:
        """Start ``python -m`` something; what it writes goes to a file of the instance's folder."""
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(("ASSAY_", "PYTHONDONTWRITE"))}
        log = (self.folder / f"process-{len(self.processes)}.log").open("wb")
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=ROOT,
            env={**inherited, **self.environ, **more},
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        log.close()
        self.processes.append(process)
        return process

    def worker(self, kind: str, **more: str) -> subprocess.Popen[bytes]:
        return self.start("app.worker", kind, **more)

    def stop(self) -> None:
        """Kill what still runs, and what it started."""
        for process in self.processes:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(10)
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()

    def logs(self) -> str:
        return "\n".join(path.read_text(errors="replace")[-3000:] for path in sorted(self.folder.glob("process-*.log")))

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Code of the test with a database session of its own."""
        with self.app.app_context():
            try:
                yield
            finally:
                db.session.remove()

    def ask(self, query: Any) -> Any:
        with self.inside():
            return db.session.scalar(query)

    def told(self) -> int:
        """How many notices there are."""
        return int(self.ask(select(func.count(Notification.id))))

    def sent(self) -> int:
        """How many mails are marked as sent."""
        return int(self.ask(select(func.count(EmailDelivery.done_at))))

    def waiting(self) -> int:
        """How much is neither done nor dead."""
        with self.inside():
            kinds = (OutboxEvent, EmailDelivery)
            return sum(
                db.session.scalar(select(func.count(k.id)).where(k.done_at.is_(None), k.dead_at.is_(None))) or 0
                for k in kinds
            )

    def wait(self, until: Callable[[], bool], seconds: float = 300, what: str = "") -> None:
        """Return when something is so; fail with what the processes wrote when it does not become so."""
        end = time.monotonic() + seconds
        while not until():
            if time.monotonic() > end:
                raise AssertionError(f"not within {seconds} s: {what or until}\n{self.logs()}")
            time.sleep(0.1)
