"""The web server killed in the middle of a piece of a file: nothing acknowledged is lost, and the rest goes on from there."""

from __future__ import annotations

import base64
import hashlib
import os
import threading
import uuid
from collections.abc import Iterator

import pytest
import requests
from bs4 import BeautifulSoup

from app.core import files
from app.core.db import unit_of_work
from app.proposals import queries
from tests.factories.identity import make_organisation, make_person
from tests.factories.proposals import PDF, make_proposal
from tests.faults.instance import Instance
from tests.faults.killing import PATIENCE, Browser, Server

PIECE = 512 * 1024
PIECES = 6
ROUNDS = 3  # kills while a piece is on its way


@pytest.fixture
def draft(make_instance):
    """An instance with one draft that takes a file: the instance, the owner's address, the ids of proposal and stage."""
    instance: Instance = make_instance(ASSAY_SECRET_KEY="a-secret-that-web-and-test-share")
    with instance.inside(), unit_of_work():
        owner = make_person()
        proposal = make_proposal("full_draft", owner=owner, organisation=make_organisation(owner=owner))
        told = owner.email, proposal.id, proposal.stages[-1].id, proposal.stages[-1].call_stage.key
    return instance, *told


class Sender:
    """Sends one file in pieces, as the client in the page does."""

    def __init__(self, server: Server, browser: Browser, base: str, content: bytes) -> None:
        self.server, self.session, self.content = server, browser.session, content
        page = browser.session.get(server.url(f"{base}/sections/annexes"), timeout=PATIENCE)
        token = BeautifulSoup(page.text, "html.parser").find("input", {"name": "csrf_token"})["value"]
        self.headers = {"Tus-Resumable": "1.0.0", "X-CSRFToken": str(token)}
        name = base64.b64encode(b"plan.pdf").decode()
        told = {"Upload-Length": str(len(content)), "Upload-Metadata": f"filename {name}"}
        made = self.ask("POST", f"{base}/sections/annexes/uploads/annex", told)
        assert made.status_code == 201, made.text
        self.place = made.headers["Location"].removeprefix(server.url(""))

    def ask(self, method: str, path: str, more: dict[str, str], data: object = None) -> requests.Response:
        headers = {**self.headers, **more}
        return self.session.request(method, self.server.url(path), headers=headers, data=data, timeout=PATIENCE)  # type: ignore[arg-type]

    def offset(self) -> int:
        answer = self.ask("HEAD", self.place, {})
        assert answer.status_code == 200
        return int(answer.headers["Upload-Offset"])

    def send(self, start: int, data: object) -> requests.Response:
        more = {"Content-Type": "application/offset+octet-stream", "Upload-Offset": str(start)}
        return self.ask("PATCH", self.place, more, data)

    def killed_at(self, start: int) -> None:
        """Send half of a piece, kill the server, send the other half into nothing."""
        gone = threading.Event()

        def slowly() -> Iterator[bytes]:
            yield self.content[start : start + PIECE // 2]
            self.server.kill(whole=True)
            gone.set()
            yield self.content[start + PIECE // 2 : start + PIECE]

        with pytest.raises(requests.RequestException):
            self.send(start, slowly())
        assert gone.is_set()
        self.server.start()


def test_a_killed_server_keeps_every_piece_that_it_acknowledged(draft):
    instance, email, proposal_id, stage_id, key = draft
    content = PDF + b"%" + os.urandom(PIECE * PIECES).hex().encode()[: PIECE * PIECES] + b"\n%%EOF\n"
    server = Server(instance)
    sender = Sender(server, Browser(server, email), f"/proposals/{proposal_id}/stages/{key}", content)
    at = 0
    for _ in range(ROUNDS):
        answer = sender.send(at, content[at : at + PIECE])
        assert answer.status_code == 204
        at = int(answer.headers["Upload-Offset"])
        sender.killed_at(at)
        kept = sender.offset()
        assert at <= kept <= at + PIECE, "an acknowledged byte is gone, or one stands that was never sent"
        at = kept
    while at < len(content):
        answer = sender.send(at, content[at : at + PIECE])
        assert answer.status_code == 204, answer.text
        at = int(answer.headers["Upload-Offset"])
    assert answer.headers["Assay-Upload"] == "attached"
    assert _stored(instance, stage_id) == hashlib.sha256(content).hexdigest()


def _stored(instance: Instance, stage_id: uuid.UUID) -> str:
    """The SHA-256 of what lies on disk as the draft's one file."""
    with instance.inside():
        (kept,) = queries.files_of(stage_id)
        return hashlib.sha256(files.path_of(kept.file).read_bytes()).hexdigest()
