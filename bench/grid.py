"""The staff's pages over 2,000 proposals and 800 reviewers, and the reviewer's inbox among them, on both databases.

Each page takes at most 12 queries and less than a second (the slowest of all rounds counts).
Usage: ``./run bench grid [--quick]`` (quick: SQLite alone, fewer rounds).
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask

from app import create_app
from bench._demo import client_of, flask, machine
from bench._reviewing import World, fill
from config import load_settings
from tests.counting import counted_queries
from tests.servers import postgresql

PROPOSALS, REVIEWERS, PER_PROPOSAL = 2000, 800, 3
MOST_QUERIES, MOST_MS = 12, 1000


@contextmanager
def database(kind: str) -> Iterator[str]:
    """The address of a new database; empty for the embedded one."""
    if kind == "sqlite":
        yield ""
        return
    with postgresql() as url:
        yield url


def application(url: str) -> Flask:
    """An application on a migrated database in a folder of its own."""
    environ = {k: v for k, v in os.environ.items() if not k.startswith("ASSAY_")}
    environ |= {"ASSAY_DATA_DIR": tempfile.mkdtemp(prefix="assay-grid-"), "ASSAY_BASE_URL": "http://localhost"}
    environ |= {"ASSAY_DATABASE_URL": url} if url else {}
    flask(environ, "db", "upgrade")
    return create_app(load_settings(environ))


def pages(world: World) -> dict[str, tuple[str, str]]:
    """Page → (who looks, where)."""
    grid = f"/reviews/calls/{world.call_id}"
    staff = {
        "grid": grid,
        "grid, overdue": f"{grid}?show=late&sort=late",
        "grid, a reviewer": f"{grid}?q=reviewer+0007",
        "grid, last page": f"{grid}?sort=spread&page=40",
        "reviewers": f"{grid}/reviewers",
        "reviewers, highest load": f"{grid}/reviewers?sort=load",
        "who to ask": f"/notifications{grid.removeprefix('/reviews')}/reviewers?who=open",
        "search": "/search?q=late:yes+country:CD+score%3C60&sort=-spread",
        "search, everything": "/search?sort=due&page=30",
    }
    return {name: (world.manager, path) for name, path in staff.items()} | {"inbox": (world.busiest, "/reviews")}


def measure(client: Any, path: str, rounds: int) -> dict[str, Any]:
    """Status, queries, bytes on the wire, and milliseconds: the median and the longest of ``rounds`` after a first visit."""
    client.get(path)
    with counted_queries() as seen:
        response = client.get(path)
    took = []
    for _ in range(rounds):
        began = time.perf_counter()
        client.get(path)
        took.append((time.perf_counter() - began) * 1000)
    figures = {"status": response.status_code, "queries": len(seen), "bytes": len(response.get_data())}
    return {**figures, "median_ms": round(statistics.median(took), 1), "longest_ms": round(max(took), 1)}


def run(kind: str, rounds: int) -> dict[str, Any]:
    """Fill one database and measure every page on it."""
    with database(kind) as url:
        app = application(url)
        with app.app_context():
            world = fill(PROPOSALS, REVIEWERS, PER_PROPOSAL)
        rows = {}
        for name, (email, path) in pages(world).items():
            rows[name] = measure(client_of(app, email), path, rounds)
            print(f"{kind:<11}{name:<26}{rows[name]}", flush=True)
        return {"counts": world.counts, "pages": rows}


def held(figures: dict[str, Any]) -> bool:
    return bool(figures["status"] == 200 and figures["queries"] <= MOST_QUERIES and figures["longest_ms"] < MOST_MS)


def main() -> int:
    quick = "--quick" in sys.argv
    found = {kind: run(kind, 3 if quick else 20) for kind in (("sqlite",) if quick else ("sqlite", "postgresql"))}
    ok = all(held(figures) for one in found.values() for figures in one["pages"].values())
    print(json.dumps({"bench": "grid", **machine(), "databases": found, "ok": ok}))
    return 0 if ok else 1


if __name__ == "__main__":
    raise SystemExit(main())
