"""Mails: one receiver, a Message-ID that stays, headers that nobody can forge, text that escapes."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default

import pytest

from app.notifications.channels import email, mailbox
from app.notifications.channels.letters import Letter, Wording, compose, message_id

WHEN = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
IDENT = uuid.UUID(int=7)


def letter(**over):
    values = {
        "ident": IDENT,
        "event_name": "proposal.returned",
        "side": "",
        "address": "ada@example.org",
        "locale": "en",
        "path": "/proposals/1",
        "message_id": message_id(IDENT, "grants.example.org:8000"),
        "params": {
            "name": "Ada Obi",
            "title": "Safer shafts",
            "reference": "EPRM-26-0001",
            "call": "Responsible tin",
            "correct_by": "3 June 2026, 14:00 Europe/Amsterdam",
        },
    }
    return Letter(**{**values, **over})


def composed(wording=None, **over):
    message = compose(
        letter(**over), wording or Wording("Hello", "text", "<p>html</p>"), "Assay <no-reply@assay.example>", WHEN
    )
    return message_from_bytes(message.as_bytes(), policy=default)


def test_the_headers_are_complete_and_say_nothing_else(app):
    message = composed()
    assert message["Message-ID"] == f"<{IDENT}@grants.example.org>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["To"] == "ada@example.org"
    assert message["From"].addresses[0].addr_spec == "no-reply@assay.example"
    assert message["Content-Language"] == "en"
    allowed = {"from", "to", "subject", "date", "message-id", "auto-submitted", "x-auto-response-suppress"}
    assert {name.lower() for name in message} <= allowed | {"content-language", "content-type", "mime-version"}


def test_a_subject_with_line_breaks_adds_no_header(app):
    message = composed(Wording("Hello\r\nBcc: eve@example.org", "text", "<p>html</p>"))
    assert message["Bcc"] is None
    assert message["Subject"] == "Hello Bcc: eve@example.org"


@pytest.mark.parametrize("address", ["ada@example.org\r\nBcc: eve@example.org", "ada@example.org, eve@example.org"])
def test_an_address_that_is_not_one_address_is_refused(app, address):
    with pytest.raises(ValueError):
        composed(address=address)


def test_the_wording_tells_what_to_do_by_when_and_where(app):
    words = email.word(letter())
    assert words.subject == "Please correct your proposal EPRM-26-0001"
    for text in (words.text, words.html):
        assert "3 June 2026, 14:00 Europe/Amsterdam" in text
        assert "http://localhost/proposals/1" in text
    assert words.text.startswith("Dear Ada Obi,")


def test_what_people_typed_is_escaped_in_html_and_stays_in_text(app):
    values = {**letter().params, "title": "<script>alert(1)</script> & “x”"}
    words = email.word(letter(params=values))
    assert "<script>" not in words.html and "&lt;script&gt;" in words.html
    assert "<script>alert(1)</script> & “x”" in words.text


def test_long_and_foreign_text_survives_the_trip(app):
    values = {**letter().params, "title": "Kyrgyz алтын 金 " * 60}
    message = compose(letter(), email.word(letter(params=values)), "Assay <no-reply@assay.example>", WHEN)
    again = message_from_bytes(message.as_bytes(), policy=default)
    assert "алтын 金" in again.get_body(("plain",)).get_content()
    assert max(map(len, message.as_bytes().split(b"\n"))) < 1000


def test_the_mailbox_keeps_one_copy_and_no_half_file(app, tmp_path):
    message = compose(letter(), Wording("Hello", "text", "<p>html</p>"), "a@example.org", WHEN)
    for _ in range(3):
        mailbox.put(tmp_path, IDENT, message)
    assert [path.name for path in tmp_path.iterdir()] == [f"{IDENT}.eml"]
    assert mailbox.read(tmp_path, IDENT)["Subject"] == "Hello"
    assert mailbox.read(tmp_path, uuid.UUID(int=8)) is None


def test_a_mail_that_cannot_be_written_leaves_nothing_behind(app, tmp_path, monkeypatch):
    monkeypatch.setattr("os.replace", _no_space)
    message = compose(letter(), Wording("Hello", "text", "<p>html</p>"), "a@example.org", WHEN)
    with pytest.raises(OSError):
        mailbox.put(tmp_path, IDENT, message)
    assert list(tmp_path.iterdir()) == []


def _no_space(*_args):
    raise OSError(28, "No space left on device")
