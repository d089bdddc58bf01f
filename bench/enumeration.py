"""Can a stranger tell by the clock who has an account? Signing in, asking for a new password and registering, measured.

Known and unknown addresses in turn; the medians must differ by less than 10 ms (security case A01 to A03).
Usage: ``./run bench enumeration [--quick]`` (quick: 40 samples of each instead of 200).
"""

from __future__ import annotations

import json
import os
import random
import statistics
import sys
import tempfile
import time

from flask import Flask

from app import create_app
from app.extensions import db
from app.identity import services
from bench._demo import flask, machine
from config import load_settings

BUDGET_MS = 10.0
PASSWORD = "a quiet river in the hills"
KNOWN = 50


def application() -> Flask:
    """A new instance with some accounts, and hashing as costly as in production."""
    folder = tempfile.mkdtemp(prefix="assay-bench-")
    environ = {k: v for k, v in os.environ.items() if not k.startswith("ASSAY_")}
    environ |= {"ASSAY_DATA_DIR": folder, "ASSAY_BASE_URL": "http://localhost"}
    flask(environ, "db", "upgrade")
    app = create_app(load_settings(environ))
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        for n in range(KNOWN):
            services.create_person(email=f"known{n}@example.org", name=f"Known {n}", password=PASSWORD)
        db.session.commit()
    return app


def one(app: Flask, path: str, email: str, number: int) -> tuple[float, int]:
    """Milliseconds and status of one form sent by a browser of its own, from an address of its own."""
    fields = {"email": email, "password": "some other long sentence", "name": "Somebody"}
    address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    began = time.perf_counter()
    response = app.test_client().post(path, data=fields, environ_base={"REMOTE_ADDR": address})
    return (time.perf_counter() - began) * 1000, response.status_code


def measure(app: Flask, path: str, samples: int) -> dict[str, float]:
    """Medians for known and unknown addresses, in a random order of each pair."""
    taken: dict[str, list[float]] = {"known": [], "unknown": []}
    statuses = set()
    for n in range(samples):
        for kind in random.sample(sorted(taken), 2):
            email = f"known{n % KNOWN}@example.org" if kind == "known" else f"unknown{n}@example.org"
            milliseconds, status = one(app, path, email, 2 * n + (kind == "known"))
            taken[kind].append(milliseconds)
            statuses.add(status)
    if len(statuses) != 1:
        raise SystemExit(f"{path} answered {statuses}")
    known, unknown = (statistics.median(taken[kind]) for kind in ("known", "unknown"))
    return {"known_ms": round(known, 2), "unknown_ms": round(unknown, 2), "difference_ms": round(known - unknown, 2)}


def main() -> int:
    samples = 40 if "--quick" in sys.argv else 200
    app, figures = application(), {}
    for path in ("/sign-in", "/forgot-password", "/register"):
        measure(app, path, 3)
        figures[path] = measure(app, path, samples)
        print(path, figures[path])
    ok = all(abs(f["difference_ms"]) < BUDGET_MS for f in figures.values())
    print(json.dumps({"bench": "enumeration", "n": samples, **machine(), "figures": figures, "ok": ok}))
    return 0 if ok else 1


if __name__ == "__main__":
    raise SystemExit(main())
