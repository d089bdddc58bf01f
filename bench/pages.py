"""Transfer size, queries and time of the most used pages, against the budgets of the interface.

Budgets (compressed): applicant, reviewer and public pages 60 kB first and 20 kB next, 12 queries; staff pages 200 kB first, 60 kB
next, 20 queries. Usage: ``./run bench pages [--quick]``.
"""

from __future__ import annotations

import gzip
import json
import re
import statistics
import sys
import time
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from bench._demo import client_of, demo_app, machine, people

STAFF = {"officer", "manager", "finance", "auditor", "committee1"}
KB = 1000
# who, where it starts, then patterns of links to follow
PAGES: list[tuple[str, str | None, list[str]]] = [
    ("home", None, ["/"]),
    ("call", None, ["/", r"/calls/[^/\"?#]+$"]),
    ("sign in", None, ["/sign-in"]),
    ("my work (applicant)", "applicant", ["/work"]),
    ("proposal", "applicant", ["/proposals/", r"/proposals/[0-9a-f-]{36}$"]),
    ("section", "applicant", ["/proposals/", r"/proposals/[0-9a-f-]{36}$", r"/sections/"]),
    ("reviews (reviewer)", "reviewer3", ["/reviews"]),
    ("score sheet", "reviewer3", ["/reviews", r"/sheet$"]),
    ("my work (officer)", "officer", ["/work"]),
    ("project", "manager", ["/projects/", r"/projects/[0-9a-f-]{36}$"]),
    ("mine site", "officer", ["/mine-sites/", r"/sites/[0-9a-f-]{36}$"]),
]


def links(html: str) -> list[str]:
    return list(dict.fromkeys(re.findall(r'href="(/[^"#]*)"', html)))


def find(client: Any, steps: list[str]) -> str | None:
    """The first page that following links by these patterns, one after the other, leads to; its address."""
    path, *patterns = steps
    if not patterns:
        return path
    html = gzip_text(client.get(path, follow_redirects=True))
    fits = (
        link for link in links(html) if re.search(patterns[0], link) and "/new" not in link and "/start" not in link
    )
    return next((found for link in fits if (found := find(client, [link, *patterns[1:]]))), None)


def gzip_text(response: Any) -> str:
    body = response.get_data()
    return gzip.decompress(body).decode() if response.headers.get("Content-Encoding") == "gzip" else body.decode()


def measure(client: Any, path: str, rounds: int) -> dict[str, Any]:
    """Bytes of the page alone and with all it links to, queries, median milliseconds of ``rounds``."""
    counted: list[str] = []

    def count(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        counted.append(statement)

    event.listen(Engine, "before_cursor_execute", count)
    response = client.get(path, follow_redirects=True)
    event.remove(Engine, "before_cursor_execute", count)
    html, size = gzip_text(response), len(response.get_data())
    extras = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', html))
    first = size + sum(len(client.get(a).get_data()) for a in extras)
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        client.get(path, follow_redirects=True)
        times.append((time.perf_counter() - began) * 1000)
    return {
        "status": response.status_code,
        "first_bytes": first,
        "next_bytes": size,
        "queries": len(counted),
        "median_ms": round(statistics.median(times), 1),
    }


def main() -> int:
    rounds = 3 if "--quick" in sys.argv else 20
    app = demo_app()
    accounts, rows, ok = people(app), {}, True
    print(f"{'page':<24}{'first kB':>9}{'next kB':>9}{'queries':>9}{'ms':>8}")
    for name, role, steps in PAGES:
        client = client_of(app, accounts[role]["email"] if role else None)
        path = find(client, steps)
        figures = (
            measure(client, path, rounds)
            if path
            else {"status": 0, "first_bytes": 0, "next_bytes": 0, "queries": 0, "median_ms": 0}
        )
        budget = (200, 60, 20) if role in STAFF else (60, 20, 12)
        within = (
            figures["status"] == 200
            and figures["first_bytes"] <= budget[0] * KB
            and figures["next_bytes"] <= budget[1] * KB
            and figures["queries"] <= budget[2]
        )
        ok = ok and within
        rows[name] = figures
        print(
            f"{name:<24}{figures['first_bytes'] / KB:>9.1f}{figures['next_bytes'] / KB:>9.1f}{figures['queries']:>9}"
            f"{figures['median_ms']:>8.1f}{'' if within else '  over budget or not found: ' + str(path)}"
        )
    print(json.dumps({"bench": "pages", "rounds": rounds, **machine(), "pages": rows, "ok": ok}))
    return 0 if ok else 1


if __name__ == "__main__":
    raise SystemExit(main())
