"""The web server's pulse: each of its processes asks at the door that visitors use, and notes that somebody answers."""

from __future__ import annotations

import socket
import threading
from collections.abc import Sequence
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

import structlog
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from app.calls import jobs
from app.core.db import unit_of_work
from app.extensions import current_settings, db

log = structlog.get_logger()
FIRST_SECONDS = 3.0  # the first page after a start is not held up
EVERY_SECONDS = 20.0
PATIENCE = 10.0


def start(app: Flask, doors: Sequence[socket.socket]) -> threading.Thread:
    """Begin to feel the pulse of this process's server for as long as the process lives; ``doors`` are what it listens on."""
    thread = threading.Thread(target=_run, args=(app, doors[0], threading.Event()), name="pulse", daemon=True)
    thread.start()
    return thread


def _run(app: Flask, door: socket.socket, stopped: threading.Event) -> None:
    pause = FIRST_SECONDS
    while not stopped.wait(pause):
        pause = EVERY_SECONDS
        with app.app_context():
            feel(door)


def feel(door: socket.socket) -> bool:
    """Ask once, and note the sign of life; whether there was one and it was noted."""
    if not answers(door, current_settings().host or "localhost"):
        log.warning("pulse.unanswered")
        return False
    try:
        with unit_of_work():
            jobs.beat()
    except SQLAlchemyError as error:
        db.session.remove()
        log.warning("pulse.not_noted", error=type(error).__name__)
        return False
    return True


def answers(door: socket.socket, host: str) -> bool:
    """Whether the health page comes, in time, when a visitor asks for it where the server listens."""
    connection = HTTPConnection(urlsplit(f"//{host}").hostname or host, timeout=PATIENCE)
    try:
        connection.sock = socket.socket(door.family, socket.SOCK_STREAM)
        connection.sock.settimeout(PATIENCE)
        connection.sock.connect(door.getsockname())
        connection.request("GET", "/healthz", headers={"Host": host})
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
