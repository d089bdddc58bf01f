"""The test client: posts forms as a browser would and checks every page it sees."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

import html5lib
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer

# What html5lib calls an error although HTML allows it.
HARMLESS = {"expected-closing-tag-but-got-eof"}


def soup(response: Any) -> BeautifulSoup:
    """The parsed page of a response."""
    return BeautifulSoup(response.get_data(as_text=True), "html.parser")


def text_of(response: Any) -> str:
    """The visible text of a page, white space folded."""
    return " ".join(soup(response).get_text(" ").split())


class AssayClient(FlaskClient):
    """``act`` posts with a valid token; ``fill`` loads a page, completes its form and posts that."""

    def open(self, *args: Any, **kwargs: Any):
        # A request of its own, as on a server: neither the signed-in person nor the session outlives it.
        with self.application.app_context():
            response = super().open(*args, **kwargs)
        if response.mimetype == "text/html" and response.status_code not in {301, 302, 303, 307, 308}:
            check_page(response)
        return response

    def csrf_token(self) -> str:
        """A token that belongs to this client's session."""
        with self.session_transaction() as session:
            raw = session.setdefault("csrf_token", hashlib.sha1(secrets.token_bytes(32)).hexdigest())  # noqa: S324
        return str(URLSafeTimedSerializer(self.application.secret_key, salt="wtf-csrf-token").dumps(raw))

    def act(self, path: str, *, key: str | None = None, **fields: Any):
        """POST with a valid token and an idempotency key; ``fields`` may hold lists and (stream, name) uploads."""
        data = {"csrf_token": self.csrf_token(), "idempotency_key": key or secrets.token_urlsafe(12), **fields}
        return self.post(path, data=data, content_type="multipart/form-data")

    def fill(self, page: str, action: str | None = None, **fields: Any):
        """Load ``page``, complete its (first, or ``action``'s) POST form with ``fields``, and post it."""
        form = self.form(page, action)
        data: dict[str, Any] = {**form["values"], **fields}
        return self.post(form["action"] or page, data=data, content_type="multipart/form-data")

    def form(self, page: str, action: str | None = None) -> dict[str, Any]:
        """The action and the present values of a POST form of a page."""
        response = self.get(page)
        assert response.status_code == 200, f"{page} answered {response.status_code}"
        forms = [f for f in soup(response).find_all("form") if (f.get("method") or "").lower() == "post"]
        if action is not None:
            forms = [f for f in forms if f.get("action") == action]
        else:
            forms = [
                f
                for f in forms
                if "sign-out" not in (f.get("action") or "") and "language" not in (f.get("action") or "")
            ]
        assert forms, f"{page} has no such form"
        return {"action": forms[0].get("action"), "values": form_values(forms[0])}


def form_values(form: Any) -> dict[str, Any]:
    """What a browser would send for a form that nobody touched (without buttons and empty files)."""
    values: dict[str, list[str]] = {}
    for field in form.find_all(["input", "textarea", "select"]):
        name, kind = field.get("name"), field.get("type", "text")
        if not name or field.has_attr("disabled") or kind in {"submit", "button", "file"}:
            continue
        if kind in {"checkbox", "radio"} and not field.has_attr("checked"):
            continue
        if field.name == "select":
            chosen = [o for o in field.find_all("option") if o.has_attr("selected")]
            chosen = chosen or ([] if field.has_attr("multiple") else field.find_all("option")[:1])
            values.setdefault(name, []).extend(o.get("value", o.get_text()) for o in chosen)
        else:
            value = (
                field.get_text().removeprefix("\n")
                if field.name == "textarea"
                else field.get("value", "on" if kind == "checkbox" else "")
            )
            values.setdefault(name, []).append(value)
    return {name: v[0] if len(v) == 1 else v for name, v in values.items()}


def check_page(response: Any) -> None:
    """Every page parses as HTML, has a title and a language, and shows nothing of the template language."""
    body = response.get_data()
    if response.headers.get("Content-Encoding") == "gzip":
        return
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(body)
    errors = [(where, code) for where, code, _ in parser.errors if code not in HARMLESS]
    lines = body.decode().splitlines()
    assert not errors, f"invalid HTML: {[(w, c, lines[w[0] - 1].strip()[:120] if w else '') for w, c in errors[:5]]}"
    page = soup(response)
    assert page.title and page.title.get_text().strip(), "a page without a title"
    assert page.html and page.html.get("lang"), "a page without a language"
    assert "{{" not in page.get_text() and "{%" not in page.get_text(), "template code on the page"
    identifiers = [tag["id"] for tag in page.find_all(id=True)]
    doubled = {i for i in identifiers if identifiers.count(i) > 1}
    assert not doubled, f"the same id twice: {doubled}"
