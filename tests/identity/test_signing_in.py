"""Signing in and out: uniform answers, rotation, revocation, throttling."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from app.extensions import db
from app.identity import passwords
from app.identity.models import LoginSession
from app.identity.services.sign_in import CHECKED
from tests.client import text_of
from tests.factories.identity import PASSWORD, make_person
from tests.identity.signing_in import is_signed_in, try_sign_in


def test_the_right_password_signs_in(client, person):
    assert not is_signed_in(client)
    response = client.fill("/sign-in", email="ana@example.org", password=PASSWORD)
    assert (response.status_code, response.headers["Location"]) == (303, "/")
    assert is_signed_in(client)


@pytest.mark.parametrize("email", ["ana@example.org", "nobody@example.org", "nonsense", "suspended@example.org"])
def test_a_refused_sign_in_tells_nothing(client, session, person, email, frozen):
    """A01: same status and same words for a wrong password, an unknown address, a suspended person."""
    make_person(email="suspended@example.org", suspended_at=person.created_at)
    session.commit()
    password = PASSWORD if email == "suspended@example.org" else "not the password"
    response = try_sign_in(client, email, password)
    assert response.status_code == 422
    assert "The e-mail address or the password is not right." in text_of(response)
    assert not is_signed_in(client)


def test_an_unknown_account_costs_a_hash(app, client, person, monkeypatch):
    """A01 without a clock: the same work for an unknown address. ``bench/enumeration.py`` measures the time."""
    seen = []
    real = passwords.matches
    monkeypatch.setattr(passwords, "matches", lambda *a: seen.append(a) or real(*a))
    for email in ("ana@example.org", "nobody@example.org"):
        try_sign_in(client, email, "wrong wrong")
    assert [a[0] for a in seen] == ["wrong wrong"] * 2 * CHECKED

    hashes = []
    hasher = passwords._hasher(app.extensions["settings"].argon2_memory_kib)
    monkeypatch.setattr(type(hasher), "verify", lambda self, stored, _typed: hashes.append(stored) or True)
    assert [passwords.matches("wrong wrong", stored, 8) for stored in ("a hash", "")] == [True, False]
    assert len(hashes) == 2 and hashes[1].startswith("$argon2id$"), "without an account a decoy is checked"


def test_session_token_rotates(client, person):
    """A05: the cookie of before signing in changes, and another sign-in kills the token of the first."""
    client.get("/sign-in")
    planted = client.get_cookie("assay").value
    try_sign_in(client, "ana@example.org")
    first = client.get_cookie("assay").value
    assert first != planted and is_signed_in(client)
    client.set_cookie("assay", planted)
    assert not is_signed_in(client)
    client.set_cookie("assay", first)
    try_sign_in(client, "ana@example.org")
    second = client.get_cookie("assay").value
    assert second != first and is_signed_in(client)
    client.set_cookie("assay", first)
    assert not is_signed_in(client)


def test_a_copied_cookie_dies_with_the_sign_out(client, new_client, person):
    """A07: the session is gone on the server, not only in the browser."""
    try_sign_in(client, "ana@example.org")
    copied = client.get_cookie("assay").value
    thief = new_client()
    thief.set_cookie("assay", copied)
    assert is_signed_in(thief)
    assert client.act("/sign-out").status_code == 303
    assert not is_signed_in(thief) and not is_signed_in(client)


def test_the_database_keeps_only_a_hash(client, session, person):
    try_sign_in(client, "ana@example.org")
    with client.session_transaction() as cookie:
        token = cookie["_user_id"]
    stored = session.scalars(select(LoginSession.token_hash)).all()
    assert stored and token not in stored and str(person.id) not in token


def test_sessions_expire(client, person, frozen):
    from datetime import timedelta

    from tests.conftest import NOON

    try_sign_in(client, "ana@example.org")
    frozen(NOON + timedelta(days=6))
    assert is_signed_in(client)
    frozen(NOON + timedelta(days=7))
    assert not is_signed_in(client)


def test_ten_failures_close_the_door_for_that_address_only(client, new_client, person):
    """A14: not resettable by a header, and the owner gets in from elsewhere."""
    for n in range(10):
        spoofed = {"X-Forwarded-For": f"203.0.113.{n}", "Forwarded": f"for=203.0.113.{n}"}
        assert try_sign_in(client, "ana@example.org", "wrong wrong", headers=spoofed).status_code == 422
    refused = try_sign_in(client, "ana@example.org", headers={"X-Forwarded-For": "203.0.113.99"})
    assert refused.status_code == 429
    assert "Too many attempts" in text_of(refused)
    assert try_sign_in(client, "ANA@example.org").status_code == 429, "another spelling is the same account"
    elsewhere = {"environ_base": {"REMOTE_ADDR": "198.51.100.7"}}
    owner = new_client()
    assert try_sign_in(owner, "ana@example.org", **elsewhere).status_code == 303


def test_many_accounts_from_one_address_are_throttled_too(client, person):
    for n in range(100):
        assert try_sign_in(client, f"guess{n}@example.org", "wrong wrong").status_code == 422
    assert try_sign_in(client, "ana@example.org").status_code == 429


def test_the_window_ends(client, person, frozen):
    from datetime import timedelta

    from tests.conftest import NOON

    for _ in range(10):
        try_sign_in(client, "ana@example.org", "wrong wrong")
    frozen(NOON + timedelta(minutes=14))
    assert try_sign_in(client, "ana@example.org").status_code == 429
    frozen(NOON + timedelta(minutes=16))
    assert try_sign_in(client, "ana@example.org").status_code == 303


def test_success_forgets_failures(client, person):
    for _ in range(3):
        for _ in range(4):
            try_sign_in(client, "ana@example.org", "wrong wrong")
        assert try_sign_in(client, "ana@example.org").status_code == 303


LONG = "0123456789abcdefghijklmnopqrstuvwxyz" * 2


@pytest.mark.parametrize(
    ("password", "others"),
    [
        (LONG + " first", [LONG + " second", LONG, LONG + " first "]),
        ("nul here >\x00< and more", ["nul here >", "nul here >< and more"]),
        ("Zürich ist schön im Mai " + "é" * 176, ["Zürich ist schön im Mai " + "é" * 175]),
        ("a goat 🐐 by the river", ["a goat 🐑 by the river", "a goat  by the river"]),
    ],
    ids=["same first 72 bytes", "nul", "200 characters", "emoji"],
)
def test_only_the_exact_password_signs_in(new_client, session, password, others):
    """A20."""
    make_person(email="bo@example.org", password=password)
    session.commit()
    for other in others:
        assert try_sign_in(new_client(), "bo@example.org", other).status_code == 422
    assert try_sign_in(new_client(), "bo@example.org", password).status_code == 303


def test_an_unconfirmed_account_signs_in_and_gets_one_new_mail(client, new_client, session):
    """What was begun is reached from another device, also when the mail never came."""
    from tests.identity.mails import events

    make_person(email="new@example.org", verified=False)
    session.commit()
    assert try_sign_in(client, "new@example.org").status_code == 303
    assert try_sign_in(new_client(), "new@example.org").status_code == 303
    assert is_signed_in(client) and "not confirmed yet" in text_of(client.get("/account"))
    assert len(events("person.verification_requested")) == 1, "the link of the first one still works"


def test_an_old_hash_is_renewed(app, client, session, person):
    old = person.password_hash
    app.extensions["settings"] = replace(app.extensions["settings"], argon2_memory_kib=16)
    assert try_sign_in(client, "ana@example.org").status_code == 303
    session.refresh(person)
    assert person.password_hash != old and "m=16," in person.password_hash


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("unknown", "unknown"),
    ],
)
def test_an_address_counts_as_its_customer_has_it(address, network):
    """Whoever has an IPv6 network has 2^64 addresses; they count as one."""
    from app.identity.services import attempts

    assert attempts.network_of(address) == network


def test_a_forged_cookie_is_nobody(client, person):
    with client.session_transaction() as cookie:
        cookie["_user_id"] = str(person.id)
    assert not is_signed_in(client)


def test_failures_are_kept_although_the_answer_is_an_error(client, session, person):
    from app.identity.models import AttemptCount

    try_sign_in(client, "ana@example.org", "wrong wrong")
    assert session.scalar(select(func.sum(AttemptCount.count))) == 2
    keys = session.scalars(select(AttemptCount.key)).all()
    assert not any("ana" in key or "127.0.0.1" in key for key in keys), "the table names nobody"


def test_demo_hint_is_for_development_only(app, client, tmp_path):
    (tmp_path / "demo-accounts.json").write_text(
        '[{"email": "mary@demo.example", "name": "Mary", "role": "Manager", "password": "a demo word or two"}]'
    )
    assert "mary@demo.example" in text_of(client.get("/sign-in"))
    settings = app.extensions["settings"]
    app.extensions["settings"] = replace(settings, mode="production")
    assert "mary@demo.example" not in text_of(client.get("/sign-in"))


def test_one_query_finds_who_is_signed_in(app, client, session, person, sign_in):
    from sqlalchemy import event

    from app.identity.services import open_session
    from app.identity.views.signed_in import load_signed_in

    token = open_session(person)
    session.commit()
    statements: list[str] = []
    listener = lambda *a: statements.append(a[2])  # noqa: E731
    event.listen(db.engine.engine, "before_cursor_execute", listener)
    try:
        with app.app_context():
            assert load_signed_in(token).person_id == person.id
    finally:
        event.remove(db.engine.engine, "before_cursor_execute", listener)
    assert len([s for s in statements if s.startswith("SELECT") and "login_session" in s]) == 1
    assert len([s for s in statements if "FROM person" in s]) == 0
