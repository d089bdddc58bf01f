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
from collections.abc import Iterator
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from bench._demo import client_of, demo_app, machine, people

STAFF = {"officer", "manager", "finance", "auditor", "committee1"}
KB = 1000
BUDGET, STAFF_BUDGET = (60, 20, 12), (200, 60, 20)  # kB first, kB next, queries
# who, where it starts, then patterns of links to follow
PAGES: list[tuple[str, str | None, list[str]]] = [
    ("home", None, ["/"]),
    ("call", None, ["/", r"/calls/[^/\"?#]+$"]),
    ("sign in", None, ["/sign-in"]),
    ("my work (applicant)", "applicant", ["/work"]),
    ("proposal", "applicant", ["/proposals/", r"/proposals/[0-9a-f-]{36}$"]),
    ("reviews (reviewer)", "reviewer3", ["/reviews"]),
    ("score sheet", "reviewer3", ["/reviews", r"/sheet$"]),
    ("my work (officer)", "officer", ["/work"]),
    ("project", "manager", ["/projects/", r"/projects/[0-9a-f-]{36}$"]),
    ("mine site", "officer", ["/mine-sites/", r"/sites/[0-9a-f-]{36}$"]),
]

PROPOSAL = ["/proposals/", r"/proposals/[0-9a-f-]{36}$"]
# of each kind of page the largest that any applicant of the demo can reach
LARGEST: list[tuple[str, list[str]]] = [
    ("proposal", PROPOSAL),
    ("section", [*PROPOSAL, r"/sections/[a-z_0-9]+$"]),
    ("check answers", [*PROPOSAL, r"/check$"]),
    ("receipt", [*PROPOSAL, r"/receipt$|/versions/[0-9]+$"]),
    ("team", [*PROPOSAL, r"/team$"]),
    ("history", [*PROPOSAL, r"/history$|/changes$"]),
]
APPLICANTS = ("applicant", "intego", "westernhills", "cobaltclair", "nuevoestano", "timahlestari")


def links(html: str) -> list[str]:
    return list(dict.fromkeys(re.findall(r'href="(/[^"#]*)"', html)))


def found(client: Any, steps: list[str]) -> Iterator[str]:
    """The addresses of all pages that following links by these patterns, one after the other, leads to."""
    path, *patterns = steps
    if not patterns:
        yield path
        return
    html = gzip_text(client.get(path, follow_redirects=True))
    for link in links(html):
        if re.search(patterns[0], link) and "/new" not in link and "/start" not in link:
            yield from found(client, [link, *patterns[1:]])


def largest(clients: list[Any], steps: list[str]) -> tuple[Any, str | None, int]:
    """Of all such pages of these people the one with the most bytes: who opens it, where it is, of how many."""
    every = {path: client for client in clients for path in found(client, steps)}
    if not every:
        return clients[0], None, 0
    path = max(every, key=lambda one: len(every[one].get(one, follow_redirects=True).get_data()))
    return every[path], path, len(every)


def gzip_text(response: Any) -> str:
    body = response.get_data()
    return gzip.decompress(body).decode() if response.headers.get("Content-Encoding") == "gzip" else body.decode()


def measure(client: Any, path: str, rounds: int) -> dict[str, Any]:
    """Bytes of the page alone and with all it links to, queries, median milliseconds of ``rounds``."""
    counted: list[str] = []

    def count(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement != "BEGIN":
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


NOTHING = {"status": 0, "first_bytes": 0, "next_bytes": 0, "queries": 0, "median_ms": 0}


def held(figures: dict[str, Any], budget: tuple[int, int, int]) -> bool:
    """Whether a page answers within its bytes of a first and of a next visit, and its queries."""
    first, following, queries = budget
    return bool(
        figures["status"] == 200
        and figures["first_bytes"] <= first * KB
        and figures["next_bytes"] <= following * KB
        and figures["queries"] <= queries
    )


def row(name: str, figures: dict[str, Any], within: bool, path: str | None) -> str:
    sizes = f"{figures['first_bytes'] / KB:>9.1f}{figures['next_bytes'] / KB:>9.1f}{figures['queries']:>9}"
    return f"{name:<24}{sizes}{figures['median_ms']:>8.1f}{'' if within else f'  over budget or not found: {path}'}"


def main() -> int:
    rounds = 3 if "--quick" in sys.argv else 20
    app = demo_app()
    accounts, rows, ok = people(app), {}, True
    print(f"{'page':<24}{'first kB':>9}{'next kB':>9}{'queries':>9}{'ms':>8}")
    for name, role, steps in PAGES:
        client = client_of(app, accounts[role]["email"] if role else None)
        path = next(found(client, steps), None)
        rows[name] = measure(client, path, rounds) if path else NOTHING
        within = held(rows[name], STAFF_BUDGET if role in STAFF else BUDGET)
        ok = ok and within
        print(row(name, rows[name], within, path))
    clients = [client_of(app, accounts[name]["email"]) for name in APPLICANTS]
    for name, steps in LARGEST:
        client, path, count = largest(clients, steps)
        rows[f"largest {name}"] = {**(measure(client, path, rounds) if path else NOTHING), "of": count}
        within = held(rows[f"largest {name}"], BUDGET)
        ok = ok and within
        print(row(f"largest {name} of {count}", rows[f"largest {name}"], within, path))
    print(json.dumps({"bench": "pages", "rounds": rounds, **machine(), "pages": rows, "ok": ok}))
    return 0 if ok else 1


if __name__ == "__main__":
    raise SystemExit(main())
