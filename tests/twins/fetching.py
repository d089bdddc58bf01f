"""Everything that one person can fetch: all links, and every route with every id there is, as comparable text."""

from __future__ import annotations

import hashlib
import io
import itertools
import re
import zipfile
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from urllib.parse import quote

from flask import Flask

from app.extensions import db
from app.identity.queries import get_person
from tests.client import soup
from tests.conftest import sign_in_directly

SEARCHES = ("", "reviewer:none", "reviewer:Wanjiru", "score>2", "Quellwasser", "Mwamba", "Umoja", "Aoife")
STARTS = (
    "/",
    "/work",
    "/calls/",
    "/proposals/",
    "/reviews/",
    "/reviews",
    "/decisions/",
    "/projects/",
    "/notifications",
    *(f"/search?q={quote(words)}" for words in SEARCHES),
    *(f"/search/proposals.csv?q={quote(words)}" for words in SEARCHES),
)
SKIP = re.compile(r"^/(static|dev|language)/|^/sign-out|^//")
SKIPPED_RULES = ("/static/", "/dev/", "/sign-out", "/language/")
FRESH = re.compile(r'value="[^"]*"|nonce[=-]"?[\w+/=-]+"?|[0-9a-f]{16,64}|[?&]next=[^"&]*')
BOUNDARY = re.compile(r"={15}\d+==")
HEADERS = frozenset({"Set-Cookie", "Date", "X-Request-Id", "Content-Security-Policy", "Content-Length"})
MOST_PER_RULE, MOST_PER_SHAPE = 8, 6
IDENT = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")


def fetch_everything(app: Flask, person_id: object | None, known: Mapping[str, Iterable[object]]) -> dict[str, str]:
    """Address → status, headers and body. ``person_id`` of nobody: not signed in. ``known``: argument of a route → values."""
    client = app.test_client()
    if person_id is not None:
        with app.app_context():
            sign_in_directly(client, get_person(person_id))  # type: ignore[arg-type]
            db.session.remove()
    found: dict[str, str] = {}
    shapes: dict[str, set[str]] = defaultdict(set)
    queue = deque([*STARTS, *_routes(app, known)])
    while queue:
        path = queue.popleft()
        if path in found or SKIP.match(path):
            continue
        response = client.get(path)
        found[path] = _comparable(response)
        if response.mimetype == "text/html" and response.status_code == 200:
            queue.extend(_links(response, shapes))
        response.close()
        assert len(found) < 4_000
    return found


def _links(response, shapes: dict[str, set[str]]) -> Iterable[str]:  # type: ignore[no-untyped-def]
    """What the page links to; of addresses that differ in ids and queries only, the first few."""
    for link in soup(response).find_all("a", href=True):
        href = link["href"].split("#")[0]
        same = shapes[IDENT.sub("*", href.split("?")[0])]
        if href.startswith("/") and (href in same or len(same) < MOST_PER_SHAPE):
            same.add(href)
            yield href


def _routes(app: Flask, known: Mapping[str, Iterable[object]]) -> Iterable[str]:
    values = {name: [str(v) for v in some] for name, some in known.items()}
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.rule.startswith(SKIPPED_RULES):
            continue
        names = sorted(rule.arguments)
        if all(name in values for name in names):
            for chosen in itertools.islice(itertools.product(*(values[n] for n in names)), MOST_PER_RULE):
                arguments = dict(zip(names, chosen, strict=True))
                yield adapter.build(rule.endpoint, _typed(arguments))


def _typed(arguments: dict[str, str]) -> dict[str, object]:
    return {name: int(value) if name == "number" else value for name, value in arguments.items()}


def _comparable(response) -> str:  # type: ignore[no-untyped-def]
    """Status, headers and body without what is fresh in every answer; files that are no text by their hash."""
    headers = sorted(f"{k}: {FRESH.sub('*', v)}" for k, v in response.headers if k not in HEADERS)
    if response.mimetype.startswith("text/") or response.mimetype in {"application/json", "image/svg+xml"}:
        body = FRESH.sub("*", response.get_data(as_text=True))
    else:
        body = hashlib.sha256(_unpacked(response.get_data())).hexdigest()[:12]
    return "\n".join([str(response.status_code), *headers, "", body])


def _unpacked(content: bytes) -> bytes:
    """What is in a workbook, without the time at which it was made; other files as they are."""
    if not content.startswith(b"PK"):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        return b"".join(parts.read(name) for name in sorted(parts.namelist()) if name != "docProps/core.xml")


def labelled(pages: Mapping[str, str]) -> dict[str, str]:
    """Ids by the order in which this person met them: that they are drawn anew in each world tells nothing."""
    labels: dict[str, str] = {}

    def label(match: re.Match[str]) -> str:
        return labels.setdefault(match.group(), f"id-{len(labels)}")

    return {IDENT.sub(label, path): IDENT.sub(label, BOUNDARY.sub("boundary", text)) for path, text in pages.items()}
