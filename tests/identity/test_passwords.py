"""Forgotten and changed passwords: uniform answers, links that work once, every other session ended."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.identity import services
from app.identity.models import OneTimeToken, Person
from tests.client import text_of
from tests.conftest import NOON
from tests.factories.identity import PASSWORD, make_person
from tests.identity.mails import events, last_link
from tests.identity.signing_in import is_signed_in, try_sign_in
from tests.racing import in_threads

ASKED = "person.password_reset_requested"
NEW = "a brand new sentence"


@pytest.fixture
def person(session):
    person = make_person(email="ana@example.org", name="Ana")
    session.commit()
    return person


def ask(client, email="ana@example.org"):
    return client.fill("/forgot-password", email=email)


def test_asking_tells_nothing(client, new_client, person):
    """A02: the same answer for a known and an unknown address; only the known one gets a mail."""
    known, unknown = ask(client), ask(new_client(), "nobody@example.org")
    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])
    pages = [text_of(c.get(known.headers["Location"])) for c in (client, new_client())]
    assert pages[0] == pages[1]
    assert [e.subject_id for e in events(ASKED)] == [person.id]


def test_an_unknown_address_costs_the_same_questions(client, session, person):
    """A02 without a clock: as many statements as for a known one, and nothing of them stays."""
    from sqlalchemy import event

    from app.core.audit import AuditEntry
    from app.extensions import db

    statements: list[str] = []
    event.listen(db.engine.engine, "before_cursor_execute", lambda *a: statements.append(a[2]))

    def cost(email: str) -> int:
        form = client.form("/forgot-password")["values"] | {"email": email}
        statements.clear()
        assert client.post("/forgot-password", data=form).status_code == 303
        return len(statements)

    ask(client, "first@example.org")
    known, unknown = cost("ana@example.org"), cost("nobody@example.org")
    assert abs(known - unknown) <= 4, f"{known} statements for a known address, {unknown} for an unknown one"
    assert session.scalar(select(func.count(Person.id))) == 1
    assert len(events(ASKED)) == 1 and session.scalar(select(func.count(OneTimeToken.id))) == 1
    assert session.scalar(select(func.count(AuditEntry.id)).where(AuditEntry.actor_name == "")) == 0


def test_asking_does_not_wait_for_mail(app, client, person):
    """A02: nothing is sent in the request; the mail waits in the outbox."""
    ask(client)
    assert events(ASKED)[0].done_at is None


def test_a_link_sets_the_password_and_ends_every_session(client, new_client, person):
    phone, laptop = new_client(), new_client()
    for browser in (phone, laptop):
        try_sign_in(browser, "ana@example.org")
        assert is_signed_in(browser)
    ask(client)
    link = last_link(ASKED)
    assert client.get(link).status_code == 200 and client.get(link).status_code == 200, "looking does not use it up"
    assert client.fill(link, password=NEW).headers["Location"] == "/sign-in"
    assert not is_signed_in(phone) and not is_signed_in(laptop)
    assert try_sign_in(new_client(), "ana@example.org").status_code == 422
    assert try_sign_in(new_client(), "ana@example.org", NEW).status_code == 303
    assert [e.subject_id for e in events("person.password_changed")] == [person.id]


def test_a_link_dies(client, new_client, person, frozen):
    """A10: by use, by a newer one, by age, by a password change, by suspension."""
    ask(client)
    used = last_link(ASKED)
    assert client.fill(used, password=NEW).status_code == 303
    assert client.get(used).status_code == 410 and client.act(used, password=NEW).status_code == 410

    ask(client)
    older = last_link(ASKED)
    ask(client)
    assert client.act(older, password=NEW).status_code == 410
    assert client.get(last_link(ASKED)).status_code == 200, "the newest one works"

    frozen(NOON + timedelta(hours=2, seconds=1))
    assert client.act(last_link(ASKED), password=NEW).status_code == 410

    ask(client)
    owner = new_client()
    try_sign_in(owner, "ana@example.org", NEW)
    assert owner.fill("/account/password", present=NEW, password="yet another sentence").status_code == 303
    assert client.act(last_link(ASKED), password=NEW).status_code == 410


def test_a_suspended_person_cannot_reset(client, session, person):
    ask(client)
    services.suspend(person=person, reason="left", actor=services.as_actor(make_person()))
    session.commit()
    assert client.act(last_link(ASKED), password=NEW).status_code == 410
    ask(client)
    assert len(events(ASKED)) == 1


def test_a_weak_password_does_not_use_the_link_up(client, person):
    ask(client)
    link = last_link(ASKED)
    response = client.fill(link, password="short")
    assert response.status_code == 422 and "at least 12" in text_of(response)
    assert "e-mail address" in text_of(client.fill(link, password="ana@example.org"))
    assert client.fill(link, password=NEW).status_code == 303


def test_resetting_confirms_the_address(client, session):
    make_person(email="new@example.org", verified=False)
    session.commit()
    ask(client, "new@example.org")
    client.fill(last_link(ASKED), password=NEW)
    assert try_sign_in(client, "new@example.org", NEW).status_code == 303


def test_mails_to_one_person_are_few(client, person):
    for _ in range(9):
        assert ask(client).status_code == 303
    assert len(events(ASKED)) == 6


def test_changing_the_password_ends_all_other_sessions(client, new_client, person):
    """A06: two other browsers are out at their next request; this one goes on with a new token."""
    others = [new_client(), new_client()]
    for browser in (client, *others):
        try_sign_in(browser, "ana@example.org")
    before = client.get_cookie("assay").value
    assert client.fill("/account/password", present=PASSWORD, password=NEW).status_code == 303
    assert is_signed_in(client) and client.get_cookie("assay").value != before
    assert not any(is_signed_in(browser) for browser in others)
    client.set_cookie("assay", before)
    assert not is_signed_in(client)


def test_a_wrong_present_password_is_refused_and_counted(client, person):
    try_sign_in(client, "ana@example.org")
    for _ in range(10):
        response = client.fill("/account/password", present="not this one", password=NEW)
        assert response.status_code == 422 and "not your present password" in text_of(response)
    assert client.fill("/account/password", present=PASSWORD, password=NEW).status_code == 429
    assert is_signed_in(client)


def test_signing_out_everywhere(client, new_client, person):
    other = new_client()
    for browser in (client, other):
        try_sign_in(browser, "ana@example.org")
    assert "2 browsers" in text_of(client.get("/account"))
    assert client.act("/account/sign-out-everywhere").status_code == 303
    assert not is_signed_in(client) and not is_signed_in(other)


def test_suspension_and_deletion_count_at_the_next_request(client, new_client, session, person):
    """A06."""
    boss, gone = make_person(), make_person(email="gone@example.org")
    session.commit()
    other = new_client()
    try_sign_in(client, "ana@example.org")
    try_sign_in(other, "gone@example.org")
    assert is_signed_in(client) and is_signed_in(other)
    services.suspend(person=person, reason="left", actor=services.as_actor(boss))
    session.delete(gone)
    session.commit()
    assert not is_signed_in(client) and not is_signed_in(other)
    refused = client.act("/account", name="Still me", locale="en")
    assert refused.status_code == 303 and "/sign-in" in refused.headers["Location"]
    session.refresh(person)
    assert person.name == "Ana"


def test_a_session_ends_with_the_suspension_whatever_else_happened(client, session, person):
    """The suspension itself is asked at every request, not only the sessions it ended."""
    from app.core import clock

    try_sign_in(client, "ana@example.org")
    assert is_signed_in(client)
    session.refresh(person)
    person.suspended_at = clock.now()
    session.commit()
    assert not is_signed_in(client)


@pytest.mark.postgres
@pytest.mark.parametrize("purpose", ["reset_password", "verify_email"])
def test_twenty_at_once_use_a_link_once(postgres_app, purpose):
    """A11: in every round exactly one of many wins."""
    from app.extensions import db
    from app.identity.services import tokens

    for _ in range(10):
        with postgres_app.app_context():
            person = make_person()
            token = tokens.issue_link(person, purpose)
            db.session.commit()

        def use(_n: int, token: str = token) -> bool:
            with postgres_app.app_context():
                try:
                    tokens.use_link(token, purpose)
                except services.DeadLink:
                    return False
                db.session.commit()
                return True

        assert sum(in_threads(20, use)) == 1
