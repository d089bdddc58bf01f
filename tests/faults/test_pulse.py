"""The health record on a real instance: what counts is whether applicants reached the web server, not whether delivery ran."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from sqlalchemy import func, select, update

from app import pulse, schedule
from app.calls import queries, services
from app.calls.models import ServiceSpan
from app.core.db import unit_of_work
from app.extensions import db
from app.notifications.models import PeriodicRun
from tests.factories.calls import call_document, make_call, wall
from tests.faults.instance import Instance
from tests.servers import free_port, wait_for_port

AWAY = timedelta(minutes=30)
GUNICORN = ("gunicorn", "wsgi:app", "--worker-class", "gthread", "--workers", "1", "--threads", "4")


@pytest.fixture
def instance(make_instance) -> Instance:
    """An instance with a call that closes in twenty hours."""
    made: Instance = make_instance()
    with made.inside(), unit_of_work():
        stages = call_document()["stages"]
        stages[0]["closes"] = wall(datetime.now(UTC) + timedelta(hours=20))
        make_call(code="PULSE-1", stages=stages)
    return made


def serve(instance: Instance) -> subprocess.Popen[bytes]:
    port = free_port()
    process = instance.start(*GUNICORN, "--bind", f"127.0.0.1:{port}")
    wait_for_port(port, process, 60)
    return process


def kill(process: subprocess.Popen[bytes]) -> None:
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(10)


def last_sign(instance: Instance) -> datetime | None:
    found: datetime | None = instance.ask(select(func.max(ServiceSpan.last_seen_at)))
    return found


def let_time_pass(instance: Instance) -> datetime:
    """Put the record and the jobs' last runs half an hour into the past; returns when the last sign now seems to have come."""
    with instance.inside(), unit_of_work():
        for row in db.session.scalars(select(ServiceSpan)):
            row.began_at, row.last_seen_at = row.began_at - AWAY, row.last_seen_at - AWAY
        db.session.execute(update(PeriodicRun).values(last_began_at=datetime.now(UTC) - timedelta(days=1)))
    sign = last_sign(instance)
    assert sign is not None
    return sign


def every_job_ran(instance: Instance) -> bool:
    since = datetime.now(UTC) - AWAY
    ran = instance.ask(select(func.count()).select_from(PeriodicRun).where(PeriodicRun.last_began_at > since))
    return bool(ran >= len(schedule.TABLE))


def offered(instance: Instance) -> list[int]:
    """The lost minutes that a manager is offered to make good."""
    with instance.inside():
        call = queries.call_by_code("PULSE-1")
        assert call is not None
        return [offer.loss.minutes for offer in services.outage_offers(call)]


def test_a_web_server_that_dies_while_delivery_lives_is_an_outage(instance):
    web = serve(instance)
    instance.wait(lambda: last_sign(instance) is not None, what="the first sign of life")
    kill(web)
    delivery = instance.worker("local")
    instance.wait(lambda: every_job_ran(instance), what="delivery at work")
    sign = let_time_pass(instance)
    instance.wait(lambda: every_job_ran(instance), what="delivery still at work")
    assert delivery.poll() is None and last_sign(instance) == sign, "delivery gave a sign of life for the web server"
    assert offered(instance) == [], "a silence that lasts has no length yet"
    serve(instance)
    instance.wait(lambda: last_sign(instance) > sign, what="a sign of the web server that came back")
    [minutes] = offered(instance)
    assert AWAY <= minutes * timedelta(minutes=1) <= AWAY + timedelta(minutes=5)


def test_delivery_that_is_dead_while_the_web_server_lives_is_no_outage(instance):
    """Drafts are kept and submissions are taken without it; mails come later."""
    serve(instance)
    instance.wait(lambda: last_sign(instance) is not None, what="the first sign of life")
    first = last_sign(instance)
    instance.wait(lambda: last_sign(instance) > first, what="the next sign, without delivery")
    assert instance.ask(select(func.count(ServiceSpan.id))) == 1
    assert offered(instance) == []


@contextmanager
def door(status: int | None) -> Iterator[socket.socket]:
    """A server that gives its health page with this status, or takes connections and never answers."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            assert (self.path, self.headers["Host"]) == ("/healthz", "grants.example.org")
            self.send_response(status or 500)
            self.end_headers()

        def log_message(self, *_parts: object) -> None:
            """Nothing."""

    server = HTTPServer(("127.0.0.1", 0), Page)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    if status:
        thread.start()
    yield server.socket
    if status:
        server.shutdown()
        thread.join()
    server.server_close()


@pytest.mark.parametrize(("status", "lives"), [(200, True), (503, False), (None, False)])
def test_only_the_health_page_is_a_sign_of_life(status, lives, monkeypatch):
    monkeypatch.setattr(pulse, "PATIENCE", 0.5)
    with door(status) as listening:
        assert pulse.answers(listening, "grants.example.org") is lives


def test_a_door_on_a_file_is_asked_too_and_a_closed_one_gives_no_sign(tmp_path):
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "door"))
        assert not pulse.answers(listening, "grants.example.org")
        listening.listen()
        thread = threading.Thread(target=_answer_once, args=(listening,))
        thread.start()
        assert pulse.answers(listening, "grants.example.org")
        thread.join()


def _answer_once(listening: socket.socket) -> None:
    connection, _ = listening.accept()
    with connection:
        connection.recv(1000)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")


def test_a_server_that_does_not_answer_notes_nothing(session, monkeypatch):
    for lives in (False, True):
        monkeypatch.setattr(pulse, "answers", lambda _door, _host, lives=lives: lives)
        with socket.socket() as anything:
            assert pulse.feel(anything) is lives
        assert (queries.newest_span() is not None) is lives
