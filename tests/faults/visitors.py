"""The demo's people at their browsers: signing in, following links, and what unsafe forms they find on the way."""

from __future__ import annotations

import html
import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Barrier
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from bs4 import BeautifulSoup
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

from tests.faults.twins import World
from tests.walkthrough.forms import Form

NOBODY = "anonymous"
TIMEOUT = 60
IDENT = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
NUMBERED = re.compile(r"(?<=/)[A-Z][A-Z0-9]*-[A-Z0-9-]+(?=/|$)")
LINK = re.compile(r'<a\b[^>]*\bhref="([^"]*)"')
SENDS = re.compile(r'<form\b[^>]*>|\bformaction="[^"]*"')
ATTRIBUTE = re.compile(r'(action|method)="([^"]*)"')
LEAVE_OUT = re.compile(
    r"^/(static|language|api|history|about)\b|^//|[?&](sort|page|format|next)=|[.](csv|pdf|json|xlsx|zip)\b"
    r"|/(versions|files|evidence|position)\b"
)
LIKE, IDLE = 8, 4  # pages of one shape that one person opens; fewer when the first show no form


@dataclass(frozen=True)
class Candidate:
    """A form as somebody found it: who, on which page, sending to which address; ``key`` is endpoint and move."""

    endpoint: str
    key: str
    role: str
    page: str
    action: str


@dataclass
class Filled:
    """A form filled in: where it goes, what it sends."""

    url: str
    values: list[tuple[str, str]]
    files: list[tuple[str, tuple[str, bytes]]]

    def parts(self) -> list[tuple[str, Any]]:
        return [(name, (None, value)) for name, value in self.values] + list(self.files)


@dataclass
class Visitor:
    """One person at one browser in one world."""

    world: World
    role: str
    session: requests.Session = field(default_factory=requests.Session)

    def get(self, path: str) -> requests.Response:
        """The page; somebody whom an earlier button signed out signs in again, and nobody stays signed in by one."""
        if self.role == NOBODY:
            self.session = requests.Session()
        answer = self.session.get(self.world.url + path, timeout=TIMEOUT)
        if self.role != NOBODY and urlsplit(answer.url).path == "/sign-in":
            self.sign_in()
            answer = self.session.get(self.world.url + path, timeout=TIMEOUT)
        return answer

    def sign_in(self) -> None:
        """Sign in by the page, as everybody does."""
        self.session = requests.Session()
        account = self.world.accounts()[self.role]
        page = self.session.get(self.world.url + "/sign-in", timeout=TIMEOUT)
        form = next(f for f in forms_of(page) if "password" in f.names)
        fields = {name: values[0] for name, values in form.values().items()}
        fields |= {"email": account["email"], "password": account["password"]}
        answer = self.session.post(form.action, data=fields, timeout=TIMEOUT, allow_redirects=False)
        assert answer.status_code == 303, f"{self.role} cannot sign in: {answer.status_code}"

    def send(self, filled: Filled, clicks: int) -> list[requests.Response]:
        """Send the very same request so many times at one moment, each over a connection of its own."""
        return send_at_once([(self, filled)] * clicks)


def send_at_once(posts: list[tuple[Visitor, Filled]]) -> list[requests.Response]:
    """Send several requests at one moment; the answers in order."""
    gate = Barrier(len(posts))
    requested = [
        requests.Request("POST", filled.url, files=filled.parts(), cookies=visitor.session.cookies).prepare()
        for visitor, filled in posts
    ]
    for one, (_, filled) in zip(requested, posts, strict=True):
        one.headers["Referer"] = filled.url
    if len({id(filled) for _, filled in posts}) == 1:
        requested = [requested[0].copy() for _ in posts]

    def run(index: int) -> requests.Response:
        with requests.Session() as connection:
            gate.wait()
            return connection.send(requested[index], timeout=TIMEOUT, allow_redirects=False)

    with ThreadPoolExecutor(len(posts)) as pool:
        answers = list(pool.map(run, range(len(posts))))
    for (visitor, _), answer in zip(posts, answers, strict=True):
        visitor.session.cookies.update(answer.cookies)
    return answers


def forms_of(page: requests.Response) -> list[Form]:
    """Every form of a page; a browser reads CR LF as one line end."""
    text = page.text.replace("\r\n", "\n")
    return [Form(tag, page.url) for tag in BeautifulSoup(text, "html.parser").find_all("form")]


def found_in(text: str, role: str, path: str, routes: MapAdapter) -> list[Candidate]:
    """The unsafe forms of a page, each action once."""
    found: dict[str, Candidate] = {}
    for tag in SENDS.findall(text):
        attributes = {name: html.unescape(value) for name, value in ATTRIBUTE.findall(tag)}
        if tag.startswith("<form") and attributes.get("method", "get").lower() != "post":
            continue
        action = urlsplit(urljoin(path, attributes.get("action", ""))).path
        try:
            endpoint, values = routes.match(action, method="POST")
        except HTTPException:
            continue
        move = values.get("move") or (values.get("name") if endpoint.endswith(".move") else "")
        found.setdefault(action, Candidate(endpoint, f"{endpoint} {move or ''}".strip(), role, path, action))
    return list(found.values())


def crawl(visitor: Visitor, starts: list[str], routes: MapAdapter, pages: int) -> list[Candidate]:
    """Follow links, shapes seen seldom first; the unsafe forms on the way."""
    opened: Counter[str] = Counter()
    empty: Counter[str] = Counter()
    waiting, seen, found = {path: shape_of(path) for path in starts}, set(starts), []
    while waiting and opened.total() < pages + len(starts):
        path = next((p for p in starts if p in waiting), "") or min(waiting, key=lambda p: opened[waiting[p]])
        shape = waiting.pop(path)
        if path not in starts and (opened[shape] >= LIKE or empty[shape] >= IDLE):
            continue
        opened[shape] += 1
        answer = visitor.get(path)
        if answer.status_code != 200 or "text/html" not in answer.headers.get("Content-Type", ""):
            continue
        forms = found_in(answer.text, visitor.role, path, routes)
        found += forms
        empty[shape] += len(forms) <= 1  # the button for signing out is on every page
        new = [target for target in links_in(answer.text) if target not in seen]
        seen.update(new)
        waiting |= {target: shape_of(target) for target in new}
    return found


def links_in(text: str) -> list[str]:
    """The addresses on this site that a page links to, each once, in their order."""
    targets = (href.split("#")[0] for href in map(html.unescape, LINK.findall(text)))
    return list(dict.fromkeys(t for t in targets if t.startswith("/") and not LEAVE_OUT.search(t)))


def shape_of(path: str) -> str:
    """The address without what tells one record from another."""
    return NUMBERED.sub("*", IDENT.sub("*", path.split("?")[0]))
