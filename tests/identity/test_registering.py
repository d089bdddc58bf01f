"""Registering: nobody learns who has an account, look-alike addresses are one account, links act on POST only."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.core.audit import history
from app.identity import addresses, queries, services
from app.identity.models import Person
from tests.client import soup, text_of
from tests.conftest import NOON
from tests.factories.identity import PASSWORD, make_person
from tests.identity.mails import events, last_link
from tests.identity.signing_in import try_sign_in

ASKED = "person.verification_requested"


def register(client, email="cleo@example.org", password=PASSWORD, **more):
    fields = {"name": "Cleo", "email": email, "password": password, **more}
    return client.fill("/register", **fields)


def people(session) -> int:
    return session.scalar(select(func.count(Person.id)))


def test_register_confirm_and_sign_in(client, session):
    response = register(client)
    assert response.status_code == 303
    assert "mailbox" in text_of(client.get(response.headers["Location"]))
    assert try_sign_in(client, "cleo@example.org").status_code == 422, "the address is not confirmed yet"
    link = last_link(ASKED)
    assert client.get(link).status_code == 200
    assert queries.person_by_email("cleo@example.org").email_verified_at is None, "looking does nothing"
    assert client.fill(link).headers["Location"] == "/sign-in"
    assert try_sign_in(client, "cleo@example.org").status_code == 303
    person = queries.person_by_email("cleo@example.org")
    actions = [entry.action for entry in history("person", person.id)]
    assert actions == ["person.registered", "person.email_verified", "person.signed_in"]


def test_a_known_address_gets_the_same_answer_and_its_owner_a_mail(client, new_client, session):
    """A03."""
    owner = make_person(email="cleo@example.org", name="The owner")
    session.commit()
    before = owner.password_hash
    fresh, known = register(client, "free@example.org"), register(new_client(), "cleo@example.org", "another long one")
    assert (fresh.status_code, fresh.headers["Location"]) == (known.status_code, known.headers["Location"])
    assert [n for n, _ in fresh.headers] == [n for n, _ in known.headers]
    assert text_of(client.get(fresh.headers["Location"])) == text_of(new_client().get(known.headers["Location"]))
    told = events("person.already_registered")
    assert [e.subject_id for e in told] == [owner.id] and told[0].payload == {}
    session.refresh(owner)
    assert (owner.password_hash, owner.name) == (before, "The owner")
    assert people(session) == 2


def test_the_owner_is_not_flooded(client, session):
    make_person(email="cleo@example.org")
    session.commit()
    for n in range(9):
        assert register(client, password=f"number {n} of many").status_code == 303
    assert len(events("person.already_registered")) == 6


@pytest.mark.parametrize(
    "variant",
    [
        "CLEO@example.org",
        "cleo@EXAMPLE.ORG",
        " cleo@example.org ",
        "ｃｌｅｏ@example.org",
        "cleo@ｅｘａｍｐｌｅ.org",
        "cleo@example。org",
    ],
)
def test_look_alike_addresses_are_one_account(client, session, variant):
    """A16: no second account, and mail goes to the stored address only."""
    owner = make_person(email="Cleo@example.org")
    session.commit()
    assert register(client, variant, "another long one").status_code == 303
    assert people(session) == 1
    client.fill("/forgot-password", email=variant)
    asked = events("person.password_reset_requested")
    assert [e.subject_id for e in asked] == [owner.id]
    session.refresh(owner)
    assert owner.email == "Cleo@example.org"
    assert not any(variant.strip() in str(e.payload) for e in asked)


@pytest.mark.parametrize(
    "wrong", ["cléo@example.org", "сleo@example.org", "cleo", "cleo@", "@example.org", "a b@example.org", "cleo@local"]
)
def test_addresses_that_are_refused_lose_nothing_typed(client, session, wrong):
    response = register(client, wrong)
    assert response.status_code == 422
    page = soup(response)
    assert page.find(id="email")["value"] == wrong and page.find(id="name")["value"] == "Cleo"
    assert page.find(id="password").get("value", "") == "", "a password is never sent back"
    assert "like name@example.org" in text_of(response)
    assert people(session) == 0


def test_keys_fold_what_is_one_mailbox():
    same = {addresses.email_key(e) for e in ("a.b@gmail.com", "AB@googlemail.com", "ab@gmail.com.")}
    assert same == {"ab@gmail.com"}
    assert addresses.email_key("a.b@example.org") != addresses.email_key("ab@example.org")
    assert addresses.email_key("x@bücher.example") == addresses.email_key("X@xn--bcher-kva.example")
    assert addresses.email_key("x@straße.example") == addresses.email_key("x@xn--strae-oqa.example")
    assert addresses.email_key("no address at all") == "no address at all"


def test_header_injection_has_no_way_in(client, session):
    """A name with line breaks is put on one line; an address with them is refused."""
    assert register(client, name="Cleo\r\nBcc: all@example.org").status_code == 303
    assert queries.person_by_email("cleo@example.org").name == "Cleo Bcc: all@example.org"
    assert register(client, "x@example.org\r\nBcc: y@example.org").status_code == 422


@pytest.mark.parametrize(
    ("password", "says"),
    [
        ("eleven char", "at least 12"),
        ("x" * 201 + "abcdef", "at most 200"),
        ("cleo@example.org", "e-mail address"),
        ("Password1234", "first that are tried"),
        ("aaaaaaaaaaaaaaa", "first that are tried"),
        ("", "Write the password"),
    ],
)
def test_weak_passwords_are_refused(client, session, password, says):
    response = register(client, password=password)
    assert response.status_code == 422 and says in text_of(response)
    assert people(session) == 0


@pytest.mark.parametrize("password", ["twelve chars", "🐐🐑🐏🐐🐑🐏🦙🐫🐪🐄🐂🐃", "v w x y z " * 20])
def test_length_is_counted_in_characters(client, session, password):
    assert register(client, password=password).status_code == 303


def test_a_link_works_once_and_dies_with_age_or_a_newer_one(client, session, frozen):
    register(client)
    first = last_link(ASKED)
    register(client)
    second = last_link(ASKED)
    assert first != second
    assert client.get(first).status_code == 410 and client.act(first).status_code == 410
    frozen(NOON + timedelta(days=3, seconds=1))
    assert client.act(second).status_code == 410
    frozen(NOON + timedelta(days=2))
    assert client.act(second).status_code == 303
    assert client.act(second).status_code == 410
    assert client.get("/verify/nonsense").status_code == 410


def test_link_pages_keep_their_address_to_themselves(client, session):
    register(client)
    page = client.get(last_link(ASKED))
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in page.headers["Cache-Control"]


def test_nobody_can_register_your_address_first_and_keep_a_password(client, new_client, session):
    """An attacker's password must not become yours by your confirming the address."""
    register(client, password="the attacker knows this")
    register(new_client(), password="the owner chose this")
    assert people(session) == 1
    assert client.get(last_link(ASKED)).status_code == 410, "the link to the first password is dead"
    link = last_link("person.password_reset_requested")
    assert client.fill(link, password="the owner chose this").status_code == 303
    assert try_sign_in(new_client(), "cleo@example.org", "the attacker knows this").status_code == 422
    assert try_sign_in(new_client(), "cleo@example.org", "the owner chose this").status_code == 303


def test_registering_again_with_the_same_password_only_mails_again(client, session):
    register(client)
    register(client)
    assert len(events(ASKED)) == 2 and not events("person.password_reset_requested")
    assert client.fill(last_link(ASKED)).status_code == 303
    assert try_sign_in(client, "cleo@example.org").status_code == 303


def test_a_double_click_registers_once(client, session):
    form = client.form("/register")["values"] | {"name": "Cleo", "email": "cleo@example.org", "password": PASSWORD}
    answers = [client.post("/register", data=form) for _ in range(2)]
    assert [a.headers["Location"] for a in answers] == ["/register/check-your-mail"] * 2
    assert people(session) == 1 and len(events(ASKED)) == 1


def test_the_idempotency_record_does_not_help_to_guess_a_password(app, client, session):
    """Anybody who steals the table must not be able to test passwords against a fast hash."""
    import hashlib

    from app.web.idempotency import RepeatedRequest

    form = client.form("/register")["values"] | {"name": "Cleo", "email": "cleo@example.org", "password": PASSWORD}
    client.post("/register", data=form)
    digest = hashlib.sha256(b"POST /register")
    for name, value in sorted(form.items()):
        if name not in {"idempotency_key", "csrf_token"}:
            digest.update(f"\x00{name}\x01{value}".encode())
    stored = session.scalars(select(RepeatedRequest.body_hash)).all()
    assert len(stored) == 1 and digest.hexdigest() not in stored


def test_a_suspended_owner_gets_no_mail(client, session):
    owner = make_person(email="cleo@example.org")
    services.suspend(person=owner, reason="left", actor=services.as_actor(make_person()))
    session.commit()
    assert register(client, password="another long one").status_code == 303
    assert not events("person.already_registered")


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.test"},
        {"X-Forwarded-Host": "evil.test"},
        {"Forwarded": "host=evil.test"},
        {"X-Forwarded-Proto": "ftp", "X-Forwarded-Port": "666"},
    ],
    ids=lambda h: next(iter(h)),
)
def test_links_carry_the_configured_host(app, client, session, headers):
    """A09: an unknown Host is refused; forwarded ones count for nothing. Mails get a path only."""
    from app.web.security import external_url

    make_person(email="cleo@example.org")
    session.commit()
    form = client.form("/forgot-password")["values"] | {"email": "cleo@example.org"}
    response = client.post("/forgot-password", data=form, headers=headers)
    if headers.get("Host"):
        assert response.status_code == 400 and not events("person.password_reset_requested")
        return
    assert response.status_code == 303 and response.headers["Location"] == "/forgot-password/check-your-mail"
    assert last_link("person.password_reset_requested").startswith("/reset-password/")
    with app.test_request_context("/", headers=headers):
        assert external_url("identity.sign_in") == "http://localhost/sign-in"


def test_an_absolute_request_target_does_not_poison_links(app, client, session):
    make_person(email="cleo@example.org")
    session.commit()
    response = client.get("/forgot-password", base_url="http://evil.test")
    assert response.status_code == 400
