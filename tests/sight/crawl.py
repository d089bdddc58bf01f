"""Crawl the demo as each of its people: every page that links lead to, and what the answers hold."""

from __future__ import annotations

import json
import re
from collections import deque
from dataclasses import dataclass, field

from flask import Flask

from app.extensions import db
from app.identity.queries import newcomers_with, person_by_email
from tests.client import soup
from tests.conftest import sign_in_directly

SKIP = re.compile(r"^/(static|dev|language)/|^/sign-out|^//")
IDENT = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")


@dataclass
class Visit:
    """One answer: status, and the body as text."""

    status: int
    body: str


@dataclass
class Crawl:
    """What one person fetched, by path."""

    role: str
    email: str
    pages: dict[str, Visit] = field(default_factory=dict)

    def texts(self) -> str:
        return "\n".join(v.body for v in self.pages.values() if v.status == 200)


def accounts(app: Flask) -> dict[str, dict[str, str]]:
    """The demo's people by the first part of their address."""
    people = json.loads((app.extensions["settings"].data_dir / "demo-accounts.json").read_text())
    return {p["email"].split("@")[0]: p for p in people}


def client_of(app: Flask, email: str):  # type: ignore[no-untyped-def]
    """A browser signed in as that person."""
    client = app.test_client()
    with app.app_context():
        sign_in_directly(client, person_by_email(email) or newcomers_with(email)[0])
        db.session.remove()
    return client


def crawl(app: Flask, name: str, limit: int = 140) -> Crawl:
    """Follow links from the person's work page, breadth first; pages that differ only in a query string count once."""
    account = accounts(app)[name]
    client, found = client_of(app, account["email"]), Crawl(name, account["email"])
    queue, kinds = deque(["/work", "/", "/calls/", "/notifications"]), {}
    while queue and len(found.pages) < limit:
        path = queue.popleft()
        if path in found.pages:
            continue
        response = client.get(path)
        text = response.get_data(as_text=True) if response.mimetype.startswith(("text/", "application/json")) else ""
        found.pages[path] = Visit(response.status_code, text)
        response.close()
        if response.mimetype != "text/html":
            continue
        for link in soup(response).find_all("a", href=True):
            href = link["href"].split("#")[0]
            shape = IDENT.sub("*", href.split("?")[0])
            seen = kinds.setdefault(shape, set())
            if href.startswith("/") and not SKIP.match(href) and href not in seen and len(seen) < 12:
                seen.add(href)
                queue.append(href)
    return found
