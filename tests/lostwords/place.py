"""A server process that can be killed and started again on the same data, and what its database holds."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import uuid
import zlib
from pathlib import Path
from typing import Any

from app import create_app
from app.extensions import db
from app.proposals import queries
from app.proposals.fields import value_at
from config import ROOT, load_settings
from tests.demo import copy_of, environ_of, load_demo_into
from tests.servers import free_port, wait_for_port


class Place:
    """An instance with the demo. ``kill`` and ``start`` may be called from any thread."""

    def __init__(self, demo: Path | None = None) -> None:
        """``demo``: a data folder with the demo, to be copied; without one it is loaded anew."""
        self.folder = Path(tempfile.mkdtemp(prefix="assay-words-"))
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.environ = environ_of(self.folder) | {"PORT": str(self.port)}
        self.process: subprocess.Popen[bytes] | None = None
        self.lock = threading.Lock()
        if demo is None:
            load_demo_into(self.folder)
        else:
            copy_of(demo, self.folder)
        self.app = create_app(load_settings(self.environ))
        self.start()
        accounts = json.loads((self.folder / "demo-accounts.json").read_text())
        self.people = {a["email"].split("@")[0]: a for a in accounts}

    def start(self) -> None:
        """Serve, if nothing serves."""
        with self.lock:
            if self.process is not None and self.process.poll() is None:
                return
            command = [sys.executable, "-m", "gunicorn", "wsgi:app", "--bind", f"127.0.0.1:{self.port}",
                       "--worker-class", "gthread", "--threads", "8", "--log-level", "error"]  # fmt: skip
            with (self.folder / "web.log").open("ab") as log:
                self.process = subprocess.Popen(
                    command, cwd=ROOT, env=self.environ, stdout=log, stderr=log, start_new_session=True
                )
            wait_for_port(self.port, self.process, 60)

    def kill(self) -> None:
        """End the server as a power cut would: no goodbye."""
        with self.lock:
            if self.process is not None and self.process.poll() is None:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait(20)

    def close(self) -> None:
        """End the server and forget the data."""
        self.kill()
        with self.app.app_context():
            db.engine.dispose()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _ask(self, statement: str, *values: Any, write: bool = False) -> list[Any]:
        connection = sqlite3.connect(self.folder / "assay.sqlite", timeout=60)
        try:
            found = connection.execute(statement, values).fetchall()
            if write:
                connection.commit()
            return found
        finally:
            connection.close()

    def expire(self, cookie: str) -> None:
        """End the session of one browser, as time would."""
        packed = cookie.lstrip(".").split(".")[0]
        data = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
        told = json.loads(zlib.decompress(data) if cookie.startswith(".") else data)
        digest = hashlib.sha256(told["_user_id"].encode()).hexdigest()
        self._ask("DELETE FROM login_session WHERE token_hash = ?", digest, write=True)

    def texts(self, submission: str, name: str) -> list[str]:
        """Every text that the database holds for a field: the answer, and what waits beside it (encrypted at rest)."""
        with self.app.app_context():
            try:
                stage = queries.get_stage_submission(uuid.UUID(submission))
                assert stage is not None
                beside = [text for text in queries.waiting_texts([stage.id]) if text.name == name]
                return [str(value_at(stage.answers, name) or ""), *("".join(text.typed) for text in beside)]
            finally:
                db.session.remove()

    def submission(self, proposal: str, key: str) -> str:
        """The id of a stage of a proposal, as the database writes it."""
        ((found,),) = self._ask(
            "SELECT s.id FROM stage_submission s JOIN call_stage c ON c.id = s.call_stage_id "
            "WHERE s.proposal_id = ? AND c.key = ?", proposal.replace("-", ""), key,
        )  # fmt: skip
        return str(found)
