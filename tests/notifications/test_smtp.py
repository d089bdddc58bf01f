"""Handing mail to a server: what it answers, time limits, and no word in the clear when encryption was asked."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress

import pytest

from app.notifications.channels import smtp
from app.notifications.channels.letters import Wording, compose
from app.notifications.channels.smtp import Deferred, Outage, Rejected, Server
from tests.notifications.test_letters import WHEN, letter
from tests.servers import free_port


@pytest.fixture
def message():
    return compose(letter(), Wording("Hello", "text", "<p>html</p>"), "Assay <no-reply@assay.example>", WHEN)


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("smtp://mail.example", Server("mail.example", 25, "", "", False, False)),
        ("smtp://a%40b:p%2Fw@mail.example:587?starttls=1", Server("mail.example", 587, "a@b", "p/w", False, True)),
        ("smtps://mail.example", Server("mail.example", 465, "", "", True, False)),
    ],
)
def test_the_address_of_a_server_says_how_to_use_it(url, wanted):
    assert Server.from_url(url) == wanted


def test_a_mail_arrives_with_one_receiver(smtp_server, message):
    smtp.send(Server.from_url(smtp_server.url), message, 10)
    (arrived,) = smtp_server.messages
    assert arrived["Message-ID"] == message["Message-ID"]
    assert arrived["To"] == "ada@example.org"


def test_a_server_that_asks_to_wait_is_heard(smtp_server, message):
    smtp_server.refusing = True
    with pytest.raises(Deferred, match="451"):
        smtp.send(Server.from_url(smtp_server.url), message, 10)


def test_a_server_that_is_away_is_an_outage(message):
    with pytest.raises(Outage):
        smtp.send(Server.from_url(f"smtp://127.0.0.1:{free_port()}"), message, 10)


def test_nothing_is_sent_in_the_clear_when_encryption_was_asked(smtp_server, message):
    with pytest.raises(Outage):
        smtp.send(Server.from_url(smtp_server.url + "?starttls=1"), message, 10)
    with pytest.raises(Outage):
        smtp.send(Server.from_url(smtp_server.url.replace("smtp://", "smtps://")), message, 10)
    assert smtp_server.messages == []


def test_no_password_is_given_to_a_server_that_asks_for_none(smtp_server, message):
    with pytest.raises(Outage):
        smtp.send(Server.from_url(smtp_server.url.replace("smtp://", "smtp://user:secret@")), message, 10)
    assert smtp_server.messages == []


class Talker:
    """A server that says the given lines one after the other, each after what it hears; ``None`` is silence."""

    def __init__(self, *lines: bytes | None, pause: float = 0.0) -> None:
        self.lines, self.pause = lines, pause
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"smtp://127.0.0.1:{self.socket.getsockname()[1]}"
        threading.Thread(target=self.talk, daemon=True).start()

    def talk(self) -> None:
        with suppress(OSError), self.socket:
            connection, _ = self.socket.accept()
            with connection:
                for line in self.lines:
                    self.say(connection, line)

    def say(self, connection: socket.socket, line: bytes | None) -> None:
        for i in range(len(line or b"")) if self.pause else ():
            connection.sendall(line[i : i + 1])
            time.sleep(self.pause)
        if line and not self.pause:
            connection.sendall(line)
        while connection.recv(65536) and line is None:
            continue


@pytest.mark.parametrize(
    ("answer", "error"), [(b"550 5.1.1 no such box\r\n", Rejected), (b"450 4.2.1 try later\r\n", Deferred)]
)
def test_the_answer_about_a_receiver_decides(message, answer, error):
    server = Talker(b"220 hi\r\n", b"250 hi\r\n", b"250 ok\r\n", answer, b"250 reset\r\n", b"221 bye\r\n")
    with pytest.raises(error):
        smtp.send(Server.from_url(server.url), message, 10)


@pytest.mark.parametrize("pause", [0.0, 0.2], ids=["silent", "dribbling"])
def test_a_server_that_never_ends_is_cut_off(message, pause):
    endless = b"250-more and more and more\r\n" * 50 if pause else None
    server = Talker(b"220 hi\r\n", endless, pause=pause)
    began = time.monotonic()
    with pytest.raises(Outage):
        smtp.send(Server.from_url(server.url), message, 1.0)
    assert time.monotonic() - began < 3
