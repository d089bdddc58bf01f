"""Registering: nobody learns who has an account, look-alike addresses are one account, links act on POST only."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select

from app.core.audit import history
from app.identity import addresses, passwords, queries, services
from app.identity.models import Person
from app.identity.services.sign_in import CHECKED
from app.notifications.audience import the_person
from tests.client import soup, text_of
from tests.conftest import NOON
from tests.counting import counted_queries
from tests.factories.identity import PASSWORD, make_person
from tests.identity.mails import events, last_link
from tests.identity.signing_in import is_signed_in, try_sign_in

ASKED = "person.verification_requested"


def register(client, email="cleo@example.org", password=PASSWORD, **more):
    fields = {"name": "Cleo", "email": email, "password": password, **more}
    return client.fill("/register", **fields)


def people(session) -> int:
    return session.scalar(select(func.count(Person.id)))


def newest(email="cleo@example.org") -> Person:
    return queries.newcomers_with(email)[0]


def test_register_begin_at_once_and_confirm(client, session):
    response = register(client, next="/organisations")
    assert (response.status_code, response.headers["Location"]) == (303, "/organisations")
    page = text_of(client.get("/organisations"))
    assert "cleo@example.org is not confirmed yet" in page, "signed in at once, and told what is left to do"
    link = last_link(ASKED)
    page = soup(client.get(link))
    assert page.find(id="account_password") is None, "the browser that registered needs no password"
    person = newest()
    assert person.email_verified_at is None, "looking does nothing"
    assert client.fill(link).status_code == 303
    assert "not confirmed" not in text_of(client.get("/organisations"))
    assert queries.person_by_email("cleo@example.org").id == person.id
    assert [e.action for e in history("person", person.id)] == ["person.registered", "person.email_verified"]
    assert try_sign_in(client, "cleo@example.org").status_code == 303


def test_in_another_browser_confirming_takes_the_password(client, new_client, session):
    """Who opens the mail need not be who registered."""
    register(client)
    link, phone = last_link(ASKED), new_client()
    refused = phone.fill(link, account_password="not the one that was chosen")
    assert refused.status_code == 422 and "not your password" in text_of(refused)
    assert phone.fill(link, account_password="").status_code == 422
    assert newest().email_verified_at is None
    assert phone.fill(link, account_password=PASSWORD).status_code == 303
    assert is_signed_in(phone) and is_signed_in(client)
    assert queries.person_by_email("cleo@example.org") is not None


def test_wrong_passwords_of_a_link_are_counted(client, new_client, session):
    register(client)
    link, phone = last_link(ASKED), new_client()
    statuses = [phone.fill(link, account_password=f"a guess number {n}").status_code for n in range(11)]
    assert statuses == [422] * 10 + [429]


def test_a_known_address_gets_the_same_answer_and_its_owner_a_mail(client, new_client, session):
    """A03."""
    owner = make_person(email="cleo@example.org", name="The owner")
    session.commit()
    before = owner.password_hash
    stranger = new_client()
    fresh, known = register(client, "free@example.org"), register(stranger, "cleo@example.org", "another long one")
    assert (fresh.status_code, fresh.headers["Location"]) == (known.status_code, known.headers["Location"])
    assert [n for n, _ in fresh.headers] == [n for n, _ in known.headers]
    pages = [text_of(c.get("/account")).replace("free@", "cleo@") for c in (client, stranger)]
    assert pages[0] == pages[1]
    told = events("person.already_registered")
    assert [e.subject_id for e in told] == [owner.id] and told[0].payload == {}
    assert [e.subject_id for e in events(ASKED)] == [newest("free@example.org").id]
    session.refresh(owner)
    assert (owner.password_hash, owner.name) == (before, "The owner")


def test_registering_asks_the_database_as_much_for_a_known_address(client, new_client, session):
    make_person(email="cleo@example.org")
    session.commit()
    register(new_client(), "first@example.org")  # the first of a network also makes its counter
    counts = []
    for browser, email in ((client, "free@example.org"), (new_client(), "cleo@example.org")):
        with counted_queries() as statements:
            register(browser, email)
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_a_sign_in_compares_as_many_passwords_whatever_accounts_there_are(client, session, monkeypatch):
    compared = []
    real = passwords.matches
    monkeypatch.setattr(passwords, "matches", lambda *a: compared.append(1) or real(*a))
    make_person(email="cleo@example.org")
    for email in ("two@example.org", "two@example.org", "two@example.org", "two@example.org"):
        make_person(email=email, verified=False)
    session.commit()
    found = []
    for email in ("nobody@example.org", "cleo@example.org", "two@example.org"):
        compared.clear()
        try_sign_in(client, email, "not the right one")
        found.append(len(compared))
    assert found == [CHECKED] * 3


def test_the_owner_is_not_flooded(client, new_client, session):
    make_person(email="cleo@example.org")
    session.commit()
    for n in range(9):
        assert register(new_client(), password=f"number {n} of many").status_code == 303
    assert len(events("person.already_registered")) == 6


def test_the_mails_to_an_address_are_counted_however_many_accounts_give_it(new_client, session):
    for n in range(9):
        register(new_client(), password=f"number {n} of many")
    assert len(events(ASKED)) == 6


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
    """A16: no second account can have the address, and mail goes to the stored one only."""
    owner = make_person(email="Cleo@example.org")
    session.commit()
    assert register(client, variant, "another long one").status_code == 303
    assert [e.subject_id for e in events("person.already_registered")] == [owner.id] and not events(ASKED)
    assert queries.person_by_email(variant).id == owner.id
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
    assert newest().name == "Cleo Bcc: all@example.org"
    client.act("/sign-out")
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
    assert client.act("/account/address/mail").status_code == 303
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
    """An attacker's password must not become yours by your confirming the address, nor the attacker's session."""
    attacker, owner = new_client(), new_client()
    register(attacker, password="the attacker knows this")
    link = last_link(ASKED)
    answer = owner.post(f"{link}/new-password", data={"csrf_token": owner.csrf_token()})
    assert answer.status_code == 303 and client.get(link).status_code == 410
    assert owner.fill(answer.headers["Location"], password="the owner chose this").status_code == 303
    assert not is_signed_in(attacker)
    assert try_sign_in(new_client(), "cleo@example.org", "the attacker knows this").status_code == 422
    assert try_sign_in(new_client(), "cleo@example.org", "the owner chose this").status_code == 303


def test_two_who_give_one_address_do_not_meet_until_one_confirms_it(client, new_client, session):
    first, second = new_client(), new_client()
    register(first, password="the first one chose this")
    link = last_link(ASKED)
    register(second, password="the second one chose this")
    names = [text_of(c.get("/organisations")) for c in (first, second)]
    assert names[0] == names[1]
    assert second.fill(last_link(ASKED)).status_code == 303
    taken = first.get(link)
    assert "account with this address already" in text_of(taken)
    assert first.act(link).status_code == 200, "looking and pressing do nothing more"
    assert [p.email_verified_at is None for p in queries.newcomers_with("cleo@example.org")] == [True]
    assert try_sign_in(new_client(), "cleo@example.org", "the first one chose this").status_code == 303, (
        "what was begun can still be reached"
    )


def test_the_same_wish_twice_is_one_account(client, new_client, session):
    form = client.form("/register")["values"] | {"name": "Cleo", "email": "cleo@example.org", "password": PASSWORD}
    again = new_client()
    answers = [
        client.post("/register", data=form),
        again.fill("/register", **{**form, "csrf_token": again.csrf_token()}),
    ]
    assert [a.headers["Location"] for a in answers] == ["/"] * 2
    assert people(session) == 1 and len(events(ASKED)) == 1
    assert is_signed_in(client) and is_signed_in(again)


def test_later_the_same_password_is_no_way_in(client, new_client, session, frozen):
    """Registering compares a password without counting it, so only a moment after the account was made."""
    register(client)
    frozen(NOON + timedelta(minutes=3))
    register(new_client())
    assert people(session) == 2


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
    assert len(stored) <= 1 and digest.hexdigest() not in stored


def test_a_suspended_owner_gets_no_mail(client, session):
    owner = make_person(email="cleo@example.org")
    services.suspend(person=owner, reason="left", actor=services.as_actor(make_person()))
    session.commit()
    assert register(client, password="another long one").status_code == 303
    told = events("person.already_registered")
    assert [e.subject_id for e in told] == [owner.id] and the_person(SimpleNamespace(thing=owner)) == []


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
