"""A person's browser: cookies, links and forms. It posts only what a page shows; ``forge`` is the one way past it."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from threading import Barrier
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from bs4 import BeautifulSoup

from tests.walkthrough.forms import Form, NotOnPage, Values, words
from tests.walkthrough.report import Difference

Files = Mapping[str, tuple[str, bytes]]
TIMEOUT = 120
PROOF = "confirm_password"  # the field of the page that asks for the password again
TITLE = re.compile(rb"<title>\s*[^<\s]")


class Page:
    """An answer: its status, where it came from, its text and its forms. ``first_status`` is that before redirects."""

    def __init__(self, response: requests.Response) -> None:
        self.status = response.status_code
        self.first_status = (response.history or [response])[0].status_code
        self.url = response.url
        self.content = response.content
        self.headers = response.headers
        self.is_html = "text/html" in response.headers.get("Content-Type", "")

    @cached_property
    def soup(self) -> BeautifulSoup:
        """The parsed page; parsed only when somebody looks at it."""
        return BeautifulSoup(self.content.decode() if self.is_html else "", "html.parser")

    @property
    def path(self) -> str:
        parts = urlsplit(self.url)
        return parts.path + (f"?{parts.query}" if parts.query else "")

    @cached_property
    def text(self) -> str:
        return words(self.soup) if self.is_html else self.content.decode("utf-8", "replace")

    @cached_property
    def main(self) -> str:
        """The text of the page's main part, with what was said about the last action."""
        parts = [p for p in (self.soup.find(class_="flashes"), self.soup.find("main")) if p]
        return " ".join(words(p) for p in parts)

    @cached_property
    def forms(self) -> list[Form]:
        return [Form(tag, self.url) for tag in self.soup.find_all("form")]

    def links(self) -> list[tuple[str, str]]:
        """The text and target of every link."""
        return [(words(a), str(a["href"])) for a in self.soup.find_all("a", href=True)]

    def link(self, text: str, *, inside: str = "") -> str:
        """The target of the link with this text (exactly, else as a part), in the element of that CSS selector."""
        scope = self.soup.select(inside) if inside else [self.soup]
        links = [(words(a), str(a["href"])) for part in scope for a in part.find_all("a", href=True)]
        for fits in (lambda t: t == text, lambda t: text in t):
            if found := [href for label, href in links if fits(label)]:
                return urljoin(self.url, found[0])
        raise NotOnPage(f"{self.path} ({self.status}) has no link {text!r}; it has {[t for t, _ in links]}")

    def form(self, button: str = "", action: str = "", field: str = "") -> Form:
        """The form with that button text, whose action ends with ``action`` (a regular expression) and that field."""
        found = [
            f
            for f in self.forms
            if (not button or f.button(button))
            and (not action or re.search(action + "$", urlsplit(f.action).path))
            and (not field or field in f.names)
        ]
        if found:
            return found[0]
        raise NotOnPage(self._no_form(button or action or field))

    def shows(self, button: str) -> bool:
        """Whether the page has a button of that text that can be pressed."""
        return any(f.button(button) for f in self.forms)

    def why_not(self, button: str) -> str:
        """The reason the page gives for a grey button."""
        for tag in self.soup.find_all("button", disabled=True):
            if words(tag) == button:
                reason = self.soup.find(id=str(tag.get("aria-describedby", "")))
                return words(reason) if reason else ""
        raise NotOnPage(f"{self.path} has no grey button {button!r}")

    def _no_form(self, wanted: str) -> str:
        grey = [b for b in self.soup.find_all("button", disabled=True) if words(b) == wanted]
        if grey:
            return f"{self.path}: the button {wanted!r} is grey: {self.why_not(wanted)}"
        shown = [(urlsplit(f.action).path, [words(b) for b in f.buttons]) for f in self.forms]
        return f"{self.path} ({self.status}) shows no form {wanted!r}; it shows {shown}; it says {self.main[:300]!r}"


class Browser:
    """One person at one browser. ``page`` is what the person sees now."""

    def __init__(self, base_url: str, name: str, language: str = "en") -> None:
        self.base_url, self.name = base_url, name
        self.session = requests.Session()
        self.session.headers.update({"Accept-Language": language, "User-Agent": "walkthrough"})
        self._page: Page | None = None
        self.password = ""  # the one that the person typed last
        self.requests = 0

    @property
    def page(self) -> Page:
        if self._page is None:
            raise NotOnPage(f"{self.name} has not opened a page yet")
        return self._page

    def get(self, path: str, *, status: int = 200) -> Page:
        """Open an address; any other status than the expected one is a difference."""
        return self._seen(self._send("GET", path), status)

    def get_until(self, path: str, button: str, *, seconds: float = 20) -> Page:
        """Open an address anew until its page offers the button: the clock's own moves take a moment."""
        end = time.monotonic() + seconds
        while not self.get(path).shows(button) and time.monotonic() < end:
            time.sleep(0.3)
        return self.page

    def follow(self, text: str, *, inside: str = "") -> Page:
        """Follow the link with this text."""
        return self.get(self.page.link(text, inside=inside))

    def submit(
        self,
        button: str = "",
        *,
        action: str = "",
        field: str = "",
        files: Files | None = None,
        status: int = 200,
        **fields: Any,
    ) -> Page:
        """Fill the form that the page shows and press its button; ``status`` is what is expected after redirects."""
        form = self.page.form(button, action, field)
        return self.send(form, button, fields, files, status)

    def send(
        self,
        form: Form,
        button: str = "",
        fields: Mapping[str, Any] | None = None,
        files: Files | None = None,
        status: int = 200,
        value: str = "",
    ) -> Page:
        """Send a form of the page with these values; ``value`` tells buttons of the same text apart."""
        values, target = form.filled(fields or {}), form.action
        self.password = str((fields or {}).get("password", self.password))
        pressed = form.button(button, value) if button else next(iter(form.buttons), None)
        if pressed is not None and pressed.get("name"):
            values.setdefault(str(pressed["name"]), []).append(str(pressed.get("value", "")))
        if pressed is not None and pressed.get("formaction"):
            target = urljoin(self.page.url, str(pressed["formaction"]))
        for name in files or {}:
            if name not in form.names:
                raise NotOnPage(f"{self.page.path} has no place for a file {name!r}; it has {sorted(form.names)}")
        if form.method == "get":
            return self._seen(self._send("GET", target, params=_pairs(values)), status)
        return self._seen(self._post(target, values, files), status)

    def press_twice(self, button: str, fields: Mapping[str, Any] | None = None) -> tuple[Page, Page]:
        """A double click: the very same request, twice at one moment."""
        form = self.page.form(button)
        return tuple(at_once([lambda: self._alone(form.action, form.filled(fields or {}))] * 2))  # type: ignore[return-value]

    def _alone(self, url: str, values: Values) -> Page:
        """Post with this person's cookies on a connection of its own, and follow where it leads."""
        twin = Browser(self.base_url, self.name)
        twin.session.cookies.update(self.session.cookies)
        twin.password = self.password
        page = Page(twin._post(url, values, None))
        self.session.cookies.update(twin.session.cookies)
        return page

    def forge(self, path: str, *, token: bool = True, status: int | Iterable[int], **fields: Any) -> Page:
        """Post by hand, past the pages: what somebody with bad intent and this person's cookies would send."""
        values = {name: [str(v) for v in (v if isinstance(v, list) else [v])] for name, v in fields.items()}
        if token:
            values["csrf_token"] = [self._any_token()]
        values.setdefault("idempotency_key", [secrets.token_urlsafe(12)])
        return self._seen(self._post(path, values, None, follow=False), status)

    def _any_token(self) -> str:
        """A valid token of this session, from any form the person can see."""
        for path in ("/", "/sign-in"):
            page = Page(self._send("GET", path))
            found = page.soup.find("input", attrs={"name": "csrf_token"})
            if found:
                return str(found["value"])
        return ""

    def _post(self, url: str, values: Values, files: Files | None, *, follow: bool = True) -> requests.Response:
        parts: list[tuple[str, Any]] = [(name, (None, v)) for name, all_v in values.items() for v in all_v]
        parts += [(name, (filename, content)) for name, (filename, content) in (files or {}).items()]
        return self._send("POST", url, files=parts, allow_redirects=follow)

    def _send(self, method: str, path: str, **more: Any) -> requests.Response:
        self.requests += 1
        referrer = {"Referer": self._page.url} if self._page else {}
        answer = self.session.request(method, urljoin(self.base_url, path), timeout=TIMEOUT, headers=referrer, **more)
        asked = f'name="{PROOF}"'.encode()
        if asked not in answer.content or asked in (answer.request.body or b""):
            return answer
        return self._confirm(Page(answer), more.get("allow_redirects", True))

    def _confirm(self, page: Page, follow: bool) -> requests.Response:
        """Type the password again, as a person does who is asked for it after ten minutes; what was sent goes on."""
        form = page.form(field=PROOF)
        return self._post(form.action, form.filled({PROOF: self.password}), None, follow=follow)

    def _seen(self, response: requests.Response, status: int | Iterable[int]) -> Page:
        page = Page(response)
        wanted = {status} if isinstance(status, int) else set(status)
        if page.status not in wanted:
            raise Difference(
                f"{response.request.method} {page.path} answered {page.status}, expected {sorted(wanted)}: {page.main[:500]}"
            )
        if page.is_html:
            _check(page)
        self._page = page
        return page


def at_once(works: Sequence[Callable[[], Any]]) -> list[Any]:
    """Do several things at one moment; what each returned, in order."""
    gate = Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        gate.wait()
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def _pairs(values: Values) -> list[tuple[str, str]]:
    return [(name, v) for name, all_v in values.items() for v in all_v]


def _check(page: Page) -> None:
    """What must hold for every page that anybody sees."""
    if not TITLE.search(page.content):
        raise Difference(f"{page.path} has no title")
    for trace in ("{{", "{%", "Traceback (most recent"):
        if trace.encode() in page.content:
            raise Difference(f"{page.path} shows {trace!r}")
