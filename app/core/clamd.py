"""A client of ClamAV's daemon: one file, streamed (INSTREAM), one verdict. Every wait has an end."""

from __future__ import annotations

import socket
from pathlib import Path
from urllib.parse import urlsplit

CHUNK = 64 * 1024
CONNECT_SECONDS, ANSWER_SECONDS = 5.0, 60.0
LONGEST_ANSWER = 4096


class Unreachable(Exception):
    """No verdict: the daemon is away, busy, or says that it cannot judge this file."""


def scan(url: str, path: Path) -> str:
    """The name of what was found in a file, or nothing when it is clean; raises ``Unreachable``."""
    try:
        with _connect(url) as connection, path.open("rb") as content:
            connection.sendall(b"zINSTREAM\0")
            while chunk := content.read(CHUNK):
                connection.sendall(len(chunk).to_bytes(4) + chunk)
            connection.sendall(bytes(4))
            return _verdict(_answer(connection))
    except OSError as error:
        raise Unreachable(type(error).__name__) from error


def _connect(url: str) -> socket.socket:
    """A connection to ``tcp://host:port`` or ``unix:///path``."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(CONNECT_SECONDS)
        try:
            connection.connect(parts.path)
        except OSError:
            connection.close()
            raise
    else:
        connection = socket.create_connection((parts.hostname or "localhost", parts.port or 3310), CONNECT_SECONDS)
    connection.settimeout(ANSWER_SECONDS)
    return connection


def _answer(connection: socket.socket) -> str:
    found = b""
    while not found.endswith(b"\0") and len(found) < LONGEST_ANSWER:
        part = connection.recv(1024)
        if not part:
            break
        found += part
    return found.rstrip(b"\0\n").decode("utf-8", "replace")


def _verdict(answer: str) -> str:
    """``stream: OK``, ``stream: Eicar-Signature FOUND``; everything else is no verdict."""
    words = answer.removeprefix("stream: ")
    if words == "OK":
        return ""
    if words.endswith(" FOUND"):
        return words.removesuffix(" FOUND")[:120] or "unnamed"
    raise Unreachable(words[:120] or "no answer")
