"""Handing a message to an SMTP server: with timeouts everywhere, and never in the clear when encryption was asked."""

from __future__ import annotations

import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from urllib.parse import parse_qs, unquote, urlsplit

STEP_SECONDS = 10.0
PORTS = {"smtp": 25, "smtps": 465}
YES = frozenset({"1", "true", "yes", "on"})


class Outage(Exception):
    """The server cannot be used at all now (away, refusing to encrypt, refusing our sign-in): no mail's own fault."""


class Deferred(Exception):
    """The server asked to bring this mail again later (a reply beginning with 4)."""


class Rejected(Exception):
    """The server refuses this mail (a reply beginning with 5)."""


@dataclass(frozen=True)
class Server:
    """Where and how to hand over mail, from ``smtp[s]://user:password@host:port?starttls=1``."""

    host: str
    port: int
    user: str
    password: str
    implicit_tls: bool
    starttls: bool

    @classmethod
    def from_url(cls, url: str) -> Server:
        parts = urlsplit(url)
        asked = parse_qs(parts.query).get("starttls", ["0"])[-1].lower() in YES
        return cls(
            parts.hostname or "localhost",
            parts.port or PORTS[parts.scheme],
            unquote(parts.username or ""),
            unquote(parts.password or ""),
            parts.scheme == "smtps",
            asked,
        )


def send(server: Server, message: EmailMessage, seconds: float) -> None:
    """Hand over one message within ``seconds`` in all; raises ``Outage``, ``Deferred`` or ``Rejected``."""
    with _connected(server, message["From"].addresses[0].domain, seconds) as connection:
        try:
            refused = connection.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            refused = error.recipients
        except smtplib.SMTPResponseException as error:
            raise _answer(error.smtp_code, error.smtp_error) from error
        except smtplib.SMTPNotSupportedError as error:
            raise Rejected(_said(error)) from error
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            raise Outage(_said(error)) from error
        for code, text in refused.values():
            raise _answer(code, text)


@contextmanager
def _connected(server: Server, our_name: str, seconds: float) -> Iterator[smtplib.SMTP]:
    """A connection ready for mail. When the time is over it is cut, even while the server dribbles."""
    with ExitStack() as stack:
        try:
            connection = _open(server, our_name, min(STEP_SECONDS, seconds))
            stack.callback(connection.close)
            stack.enter_context(_cut_after(connection, seconds))
            _secure(connection, server)
        except (smtplib.SMTPException, OSError) as error:
            raise Outage(_said(error)) from error
        yield connection
        with suppress(smtplib.SMTPException, OSError):
            connection.quit()


def _open(server: Server, our_name: str, step: float) -> smtplib.SMTP:
    if server.implicit_tls:
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(server.host, server.port, our_name, timeout=step, context=context)
    return smtplib.SMTP(server.host, server.port, our_name, timeout=step)


def _secure(connection: smtplib.SMTP, server: Server) -> None:
    """Encrypt and sign in as configured. A server that cannot is an outage; nothing is ever sent in the clear instead."""
    if server.starttls and not server.implicit_tls:
        connection.starttls(context=ssl.create_default_context())
    if server.user:
        connection.login(server.user, server.password)


@contextmanager
def _cut_after(connection: smtplib.SMTP, seconds: float) -> Iterator[None]:
    timer = threading.Timer(seconds, _cut, [connection])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _cut(connection: smtplib.SMTP) -> None:
    """End the connection from outside, so that whoever waits for an answer stops waiting."""
    sock = connection.sock
    if sock is not None:
        with suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)


def _answer(code: int, text: bytes | str) -> Exception:
    said = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return (Deferred if 400 <= code < 500 else Rejected)(f"{code} {said}"[:500])


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:500]
