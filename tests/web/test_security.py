"""What every answer carries and every request must: headers, hosts, tokens, one effect for a form posted twice."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from app import create_app
from app.core.errors import Invalid
from app.web.forms import parse_money
from app.web.idempotency import RepeatedRequest
from app.web.security import safe_path
from tests.conftest import make_settings
from tests.factories.identity import make_person


@pytest.mark.parametrize("path", ["/", "/calls/", "/nowhere", "/sign-in"])
def test_every_answer_has_the_headers(client, path):
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    for part in (
        "default-src 'none'",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
    ):
        assert part in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "no-store" in headers["Cache-Control"]
    assert "Server-Timing" not in headers and headers["X-Request-Id"]


@pytest.mark.parametrize("host", ["evil.test", "localhost.evil.test", "127.0.0.1@evil.test"])
def test_unknown_hosts_are_refused(client, host):
    assert client.get("/", headers={"Host": host}).status_code == 400


def test_forwarded_host_is_ignored(client):
    response = client.get("/sign-in", headers={"X-Forwarded-Host": "evil.test", "Forwarded": "host=evil.test"})
    assert response.status_code == 200 and b"evil.test" not in response.data


@pytest.mark.parametrize(
    "status", ["/nowhere", "/static/../config.py", "/static/css/assay.0000000000.css", "/.env", "/.git/config"]
)
def test_errors_tell_nothing(client, status):
    response = client.get(status)
    assert response.status_code == 404
    body = response.get_data(as_text=True)
    assert "Traceback" not in body and "Werkzeug" not in body and "sqlalchemy" not in body.lower()


def test_static_files_are_hashed_and_kept(client):
    page = client.get("/").get_data(as_text=True)
    address = page.split('href="/static/css/', 1)[1].split('"', 1)[0]
    response = client.get(f"/static/css/{address}")
    assert response.status_code == 200
    assert "immutable" in response.headers["Cache-Control"] and "Set-Cookie" not in response.headers


@pytest.mark.parametrize(
    "target",
    [
        "//evil",
        "/\\evil",
        "\\\\evil",
        "https:evil",
        "https://evil",
        "javascript:alert(1)",
        "data:x",
        "/a\r\nb",
        " /a",
        "@evil",
        "http:/evil",
        "///evil",
        "/\tx",
        "",
        None,
    ],
)
def test_next_stays_on_this_site(target):
    assert safe_path(target) == ""


def test_next_keeps_own_paths():
    assert safe_path("/proposals/1?x=2") == "/proposals/1?x=2"


def test_session_cookie_in_production(tmp_path):
    """Bound to this host, sent over HTTPS only, out of reach of scripts and of other sites' forms."""
    app = create_app(
        replace(
            make_settings(tmp_path),
            mode="production",
            base_url="https://grants.example.org",
            secret_key="k" * 20 + "0123456789abcdef",
        )
    )
    browser = app.test_client()
    browser.get("/sign-in", base_url="https://grants.example.org")
    (cookie,) = [c for c in browser._cookies.values() if "assay" in c.key]
    assert cookie.key == "__Host-assay" and cookie.path == "/" and cookie.domain == "grants.example.org"
    assert (cookie.secure, cookie.http_only, cookie.same_site) == (True, True, "Lax") and cookie.origin_only
    assert cookie.max_age is None, "it ends with the browser"


@pytest.fixture
def owner(client, sign_in, session):
    person = make_person()
    session.commit()
    sign_in(client, person)
    return person


ORGANISATION = {
    "name": "Amani Mines",
    "country": "CD",
    "kind": "cooperative_asm",
    "pillar": "supply_chain",
    "registration_number": "",
    "no_registration_reason": "Not registered yet",
    "website": "",
}


def test_same_form_twice_acts_once(client, owner, session):
    first = client.act("/organisations/new", key="one", **ORGANISATION)
    second = client.act("/organisations/new", key="one", **ORGANISATION)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["Location"] == second.headers["Location"]
    assert session.scalar(select(func.count(RepeatedRequest.id)).where(RepeatedRequest.key == "one")) == 1


def test_changed_form_with_the_same_key_is_a_new_request(client, owner):
    first = client.act("/organisations/new", key="two", **ORGANISATION)
    second = client.act("/organisations/new", key="two", **{**ORGANISATION, "name": "Another"})
    assert first.headers["Location"] != second.headers["Location"]


def test_a_refused_form_may_be_sent_again(client, owner):
    assert client.act("/organisations/new", key="three", **{**ORGANISATION, "name": ""}).status_code == 422
    assert client.act("/organisations/new", key="three", **ORGANISATION).status_code == 303


def test_token_of_another_session_is_refused(client, new_client, owner):
    foreign = new_client().csrf_token()
    response = client.post("/organisations/new", data={**ORGANISATION, "csrf_token": foreign})
    assert response.status_code == 400


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("340000", "340000.00"),
        ("340 000,50", "340000.50"),
        ("340.000,50", "340000.50"),
        ("340,000.50", "340000.50"),
        ("€ 1,000", "1000.00"),
        ("1.000", "1000.00"),
        ("1.000.000", "1000000.00"),
        ("0,5", "0.50"),
    ],
)
def test_amounts_as_people_write_them(typed, amount):
    assert str(parse_money(typed, "EUR").amount) == amount


@pytest.mark.parametrize("typed", ["-5", "NaN", "1e9", "abc", "1,0000", "1.2345", "Infinity", "", "١٢٣", "1,00,0"])
def test_amounts_that_are_none(app, typed):
    with app.test_request_context(), pytest.raises(ValueError):
        parse_money(typed, "EUR")


def test_invalid_names_its_field():
    assert Invalid("x", field="name").field == "name"
