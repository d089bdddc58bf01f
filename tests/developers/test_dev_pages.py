"""The development pages: the mailbox runs nothing, the clock moves for everybody, neither exists in production."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import pytest

from app import create_app
from app.core import clock
from app.notifications.channels import mailbox
from app.notifications.channels.email import mailbox_folder
from app.notifications.channels.letters import Wording, compose
from tests.client import soup, text_of
from tests.conftest import make_settings
from tests.factories.identity import make_person
from tests.factories.notifications import deliver, make_event

WHEN = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def mail(app):
    """A mail lies in the mailbox; its name."""
    person = make_person(email="ada@example.org")
    make_event("person.verification_requested", person, token_path="/verify/abc")
    deliver()
    return mailbox.idents(mailbox_folder())[0]


def test_an_empty_mailbox_says_so(app, client):
    assert "No mails yet" in text_of(client.get("/dev/mailbox"))


def test_the_list_leads_to_the_mail_and_the_mail_to_its_links(client, mail):
    row = soup(client.get("/dev/mailbox")).select_one("tbody th a")
    assert row.get_text() == "Confirm your e-mail address"
    page = client.get(row["href"])
    assert "Open the page below" in text_of(page)
    assert "http://localhost/verify/abc" in [a["href"] for a in soup(page).select("main a")]


def test_the_list_can_be_narrowed_to_one_receiver(client, mail):
    assert len(soup(client.get("/dev/mailbox?to=Ada@example.org")).select("tbody tr")) == 1
    assert len(soup(client.get("/dev/mailbox?to=eve@example.org")).select("tbody tr")) == 0


def test_the_html_part_is_shown_as_text_and_runs_nothing(client, app):
    from tests.notifications.test_letters import letter

    evil = "<script>alert(1)</script><a href='javascript:alert(2)'>x</a><img src=x onerror=alert(3)>"
    ident = uuid.uuid4()
    message = compose(letter(), Wording("<b>Hello</b>", evil, evil), "a@example.org", WHEN)
    mailbox.put(mailbox_folder(), ident, message)
    page = client.get(f"/dev/mailbox/{ident}")
    assert not soup(page).select("main script, main img, main b")
    assert not [a for a in soup(page).select("main a") if a["href"].startswith("javascript")]
    source = client.get(f"/dev/mailbox/{ident}/html")
    assert source.mimetype == "text/plain" and source.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("name", [str(uuid.uuid4()), "..%2f..%2fassay", "x"])
def test_a_mail_that_is_not_there_is_not_found(client, app, name):
    assert client.get(f"/dev/mailbox/{name}").status_code == 404


@pytest.mark.parametrize("shift", ["+86400", "-60", "=2027-03-01T10:00:00+00:00", "=2027-03-01T10:00:00"])
def test_the_clock_moves_for_everybody(client, app, shift):
    assert client.act("/dev/clock", shift=shift).status_code == 303
    assert clock.shift_file().exists()
    moved = clock.tick()
    if shift.startswith("="):
        assert moved == datetime(2027, 3, 1, 10, 0, tzinfo=UTC)
    else:
        assert abs((moved - datetime.now(UTC)).total_seconds() - float(shift)) < 30


def test_nothing_lets_the_clock_run_true_again(client, app):
    client.act("/dev/clock", shift="+86400")
    client.act("/dev/clock", shift="")
    assert not clock.shift_file().exists()
    assert abs((clock.tick() - datetime.now(UTC)).total_seconds()) < 30


@pytest.mark.parametrize("shift", ["tomorrow", "=yesterday", "nan", "+1e400", "=0000-00-00"])
def test_a_shift_that_is_none_is_refused_and_kept_on_the_page(client, app, shift):
    answer = client.act("/dev/clock", shift=shift)
    assert answer.status_code == 422
    assert soup(answer).select_one("#shift")["value"] == shift
    assert not clock.shift_file().exists()


def test_moving_the_clock_needs_the_forms_token(client, app):
    assert client.post("/dev/clock", data={"shift": "+60"}).status_code == 400


def test_production_has_none_of_these_pages(tmp_path):
    secrets = {"secret_key": "k" * 8 + "0123456789abcdefghijklmnop", "base_url": "https://grants.example.org"}
    app = create_app(make_settings(tmp_path, mode="production", **secrets))
    assert not [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/dev")]
