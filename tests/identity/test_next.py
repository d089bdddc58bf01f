"""Where signing in leads: back to the page asked for, never to another site."""

from __future__ import annotations

import pytest

from tests.factories.identity import PASSWORD
from tests.identity.signing_in import try_sign_in

TARGETS = [
    "//evil.test", "///evil.test", "/\\evil.test", "\\\\evil.test", "https:evil.test", "https://evil.test",
    "http:///evil.test", "HTTP://evil.test", "javascript:alert(1)", "data:text/html,x", "evil.test", "@evil.test",
    "//user@evil.test", "/\t/evil.test", "\t//evil.test", " //evil.test", "/\r\n/evil.test",
    "https:\\\\evil.test", "ftp://evil.test", "mailto:a@evil.test", "//evil.test/%2f..", "///////evil.test",
    "\u2028//evil.test", "/\u3000/evil.test\\", "http://localhost@evil.test", "http://localhost.evil.test",
    "http://localhost\\@evil.test", "\x0b//evil.test", "/\x0c/evil.test",
]  # fmt: skip


@pytest.mark.parametrize("target", TARGETS, ids=repr)
def test_next_stays_on_this_site(client, person, target):
    """A17, posted and asked for."""
    response = try_sign_in(client, "ana@example.org", next_=target)
    assert response.status_code == 303
    location = response.headers["Location"]
    assert location.startswith("/") and not location.startswith("//") and "\\" not in location
    assert location == "/" or location.startswith("/%E3%80%80"), location
    again = client.get("/sign-in", query_string={"next": target})
    assert again.headers["Location"] == location


def test_next_with_a_nul_is_no_address_at_all(client):
    assert client.get("/sign-in", query_string={"next": "/\x00/evil.test"}).status_code == 400


@pytest.mark.parametrize(
    "target", ["/organisations", "/calls/EPRM-2020?stage=1", "/%0d%0aSet-Cookie:x", "/%5Cevil.test"]
)
def test_next_leads_to_a_page_here(client, person, target):
    response = try_sign_in(client, "ana@example.org", next_=target)
    assert response.headers["Location"].startswith(target.split("%")[0])
    assert "Set-Cookie:x" not in [name for name, _ in response.headers]


def test_a_deep_link_survives_signing_in(client, person):
    asked = client.get("/organisations?x=1")
    assert asked.headers["Location"] == "/sign-in?next=/organisations?x%3D1"
    response = client.fill(asked.headers["Location"], email="ana@example.org", password=PASSWORD)
    assert response.headers["Location"] == "/organisations?x=1"
