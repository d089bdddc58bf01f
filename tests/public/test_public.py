"""Home, about, language, and what machines ask for."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from app.core import clock
from app.extensions import db
from tests.client import soup, text_of
from tests.factories.calls import call_document, make_call, wall

pytestmark = pytest.mark.usefixtures("frozen")


def test_home_shows_open_upcoming_and_past(client, session, frozen):
    now = clock.now()
    open_call = make_call(title={"en": "Open call"})
    later = {"opens": wall(now + timedelta(days=5)), "closes": wall(now + timedelta(days=50))}
    document = call_document()
    stages = [{**stage, **later} for stage in document["stages"]]
    make_call(state="published", title={"en": "Coming call"}, stages=stages)
    session.commit()
    response = client.get("/")
    heads = [h.text for h in soup(response).select("main h2")]
    assert heads == ["Open now", "Opening soon"]
    assert "Quick scan closes" in text_of(response) and "Opens" in text_of(response)
    frozen(open_call.closes_at)
    assert "Past calls" in text_of(client.get("/"))


@pytest.mark.parametrize(("code", "word"), [("fr", "Ouvert"), ("es", "Abierta")])
def test_an_open_call_is_open_in_every_language(client, session, code, word):
    make_call()
    session.commit()
    client.get(f"/language/{code}")
    assert word in soup(client.get("/")).select_one(".item .badge").get_text()


def test_home_without_calls_leads_on(client, session):
    page = text_of(client.get("/"))
    assert "No call is open at the moment" in page and "All calls" in page


def test_public_pages_load_nothing_from_elsewhere(client, session):
    for path in ("/", "/about", "/calls/", "/history/"):
        page = soup(client.get(path))
        loaded = [
            t.get("src") or t.get("href") for t in page.select("script, img, link[rel=stylesheet], link[rel=icon]")
        ]
        assert loaded and all(address.startswith("/static/") for address in loaded)


@pytest.mark.parametrize("code", ["en", "fr", "es"])
def test_language_is_remembered_and_one_comes_back(client, session, code):
    answer = client.get(f"/language/{code}?next=/calls/")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/calls/")
    cookie = answer.headers["Set-Cookie"]
    assert f"language={code};" in cookie and "HttpOnly" in cookie and "SameSite=Lax" in cookie
    assert soup(client.get("/calls/")).html["lang"] == code


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "", "\t//x"]
)
def test_language_never_leads_to_another_site(client, session, target):
    assert client.get("/language/fr", query_string={"next": target}).headers["Location"] == "/"


def test_unknown_language_is_no_page(client, session):
    assert client.get("/language/xx").status_code == 404


def test_health_tells_ready_and_nothing_else(client, session, monkeypatch):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.get_data(as_text=True)) == (200, "ok")

    def broken(*_args, **_kwargs):
        raise OperationalError("SELECT 1", {}, Exception("password=secret host=db"))

    monkeypatch.setattr(db.session, "execute", broken)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.get_data(as_text=True)) == (503, "unavailable")


def test_robots_and_security_txt(client, session):
    robots = client.get("/robots.txt")
    assert robots.mimetype == "text/plain" and "Disallow: /proposals/" in robots.get_data(as_text=True)
    lines = dict(
        line.split(": ", 1) for line in client.get("/.well-known/security.txt").get_data(as_text=True).splitlines()
    )
    assert lines["Contact"] == "http://localhost/about#security"
    assert lines["Expires"] > clock.now().strftime("%Y-%m-%d")
    assert soup(client.get("/about")).find(id="security")
