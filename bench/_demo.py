"""An application with the demo loaded into a folder of its own, for measurements."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import secrets
import subprocess
import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask

from app import create_app
from app.core import clock
from app.extensions import db
from app.identity.models import LoginSession
from app.identity.queries import person_by_email
from config import ROOT, load_settings


def machine() -> dict[str, str]:
    """What a figure must say of where it was taken."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True
    ).stdout.strip()
    return {"cores": str(os.cpu_count()), "python": platform.python_version(), "commit": commit or "unknown"}


def flask(environ: dict[str, str], *words: str) -> None:
    """Run a command of the application; its output only when it fails."""
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", *words], cwd=ROOT, env=environ, capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(done.stderr[-3000:])


def demo_app() -> Flask:
    """Migrate and load the demo into a new folder; return an application on it."""
    folder = Path(tempfile.mkdtemp(prefix="assay-bench-"))
    environ = {k: v for k, v in os.environ.items() if not k.startswith("ASSAY_")}
    environ |= {"ASSAY_DATA_DIR": str(folder), "ASSAY_ARGON2_MEMORY_KIB": "64", "ASSAY_BASE_URL": "http://localhost"}
    flask(environ, "db", "upgrade")
    flask(environ, "assay", "demo", "load")
    return create_app(load_settings(environ))


def people(app: Flask) -> dict[str, dict[str, str]]:
    """The demo's sign-ins by the first part of their address."""
    accounts = json.loads((app.extensions["settings"].data_dir / "demo-accounts.json").read_text())
    return {a["email"].split("@")[0]: a for a in accounts}


def client_of(app: Flask, email: str | None) -> Any:
    """A browser that takes compressed pages, signed in as that person."""
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT_ENCODING"] = "gzip"
    if email is None:
        return client
    token = secrets.token_urlsafe(32)
    with app.app_context():
        person = person_by_email(email)
        digest = hashlib.sha256(token.encode()).hexdigest()
        db.session.add(LoginSession(token_hash=digest, person_id=person.id, expires_at=clock.now() + timedelta(days=1)))
        db.session.commit()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = token, True
    return client
