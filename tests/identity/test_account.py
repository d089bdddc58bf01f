"""One's own account."""

from __future__ import annotations

import pytest

from tests.client import soup, text_of
from tests.factories.identity import make_person


@pytest.fixture
def browser(client, session, sign_in):
    person = make_person(email="ana@example.org", name="Ana")
    session.commit()
    return sign_in(client, person), person


def test_name_and_language(browser, session):
    client, person = browser
    response = client.fill("/account", name="Ana  María\nLópez", locale="es")
    assert response.status_code == 303 and client.get_cookie("language").value == "es"
    session.refresh(person)
    assert (person.name, person.locale) == ("Ana María López", "es")
    assert soup(client.get("/account")).html["lang"] in {"es", "en"}


@pytest.mark.parametrize(("name", "locale"), [("", "en"), ("x" * 121, "en"), ("Ana", "xx")])
def test_wrong_values_are_refused(browser, session, name, locale):
    client, person = browser
    assert client.fill("/account", name=name, locale=locale).status_code == 422
    session.refresh(person)
    assert (person.name, person.locale) == ("Ana", "en")


def test_fields_beyond_the_form_are_ignored(browser, session):
    """Mass assignment."""
    client, person = browser
    extra = {"email": "boss@example.org", "email_verified_at": "", "suspended_at": "x", "password_hash": "x", "id": "1"}
    client.fill("/account", name="Ana B", **extra)
    session.refresh(person)
    assert (person.name, person.email) == ("Ana B", "ana@example.org") and person.password_hash != "x"


def test_a_stale_form_is_a_conflict_and_keeps_the_text(browser, session):
    client, person = browser
    form = client.form("/account")["values"]
    assert client.fill("/account", name="First").status_code == 303
    late = client.post("/account", data={**form, "name": "Second"})
    assert late.status_code == 409 and soup(late).find(id="name")["value"] == "Second"
    again = {f["name"]: f.get("value", "") for f in soup(late).select("form[action='/account'] input[type=hidden]")}
    assert client.post("/account", data={**again, "name": "Second", "locale": "en"}).status_code == 303
    session.refresh(person)
    assert person.name == "Second"


def test_signed_out_people_are_asked_to_sign_in(client):
    response = client.get("/account")
    assert (response.status_code, response.headers["Location"]) == (303, "/sign-in?next=/account")


def test_a_post_without_a_token_is_refused(browser, session):
    client, person = browser
    response = client.post("/account", data={"name": "Mallory", "locale": "en"})
    assert response.status_code == 400 and "out of date" in text_of(response)
    session.refresh(person)
    assert person.name == "Ana"
