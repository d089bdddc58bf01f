"""The scanner: its real protocol spoken to a double, what nobody may open meanwhile, retries, and no scanner at all."""

from __future__ import annotations

import io
import socket
import threading
from dataclasses import replace

import pytest

from app.core import clamd, files, outbox, scanning
from app.core.errors import Invalid, MoveRefused
from app.core.files import StoredFile
from app.core.outbox import OutboxEvent
from app.core.types import Actor, new_id
from app.extensions import db
from app.notifications import audience, subjects
from app.proposals import queries, services
from app.web.downloads import attachment
from tests.client import text_of
from tests.factories.identity import actor_of, make_person
from tests.factories.proposals import PDF, fill_in, make_proposal
from tests.proposals.conftest import address, owner

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR" + b"-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*\n"
ACTOR = Actor(new_id(), "Somebody")


class Daemon:
    """A clamd double: reads INSTREAM as the real one does, and finds the EICAR test string."""

    def __init__(self) -> None:
        self.server = socket.create_server(("127.0.0.1", 0))
        self.url = f"tcp://127.0.0.1:{self.server.getsockname()[1]}"
        self.answer: bytes | None = None
        self.scanned: list[bytes] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self.server.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as stream:
                self._talk(connection, stream)

    def _talk(self, connection, stream) -> None:
        assert stream.read(10) == b"zINSTREAM\0"
        content = b""
        while size := int.from_bytes(stream.read(4)):
            content += stream.read(size)
        self.scanned.append(content)
        found = b"stream: Eicar-Test-Signature FOUND\0" if EICAR[:60] in content else b"stream: OK\0"
        connection.sendall(found if self.answer is None else self.answer)


@pytest.fixture
def daemon():
    found = Daemon()
    yield found
    found.server.close()


@pytest.fixture
def scanner(app, session, frozen, daemon):
    """An application with a scanner."""
    app.extensions["settings"] = replace(app.extensions["settings"], clamd_url=daemon.url)
    return daemon


def store(content=PDF, name="plan.pdf") -> StoredFile:
    file = files.store(io.BytesIO(content), name, ACTOR)
    db.session.commit()
    return file


def scan() -> int:
    """One round, as the clockwork does it."""
    count = scanning.scan_due()
    db.session.commit()
    return count


def opens(app, file, **how) -> bool:
    with app.test_request_context(), attachment(db.session.get(StoredFile, file.id), **how) as answer:
        return answer.status_code == 200


def state_of(file: StoredFile) -> str:
    db.session.expire_all()
    return db.session.get(StoredFile, file.id).scan_state


def test_the_client_speaks_the_protocol(daemon, tmp_path):
    clean, ill = tmp_path / "clean", tmp_path / "ill"
    clean.write_bytes(b"x" * 200_000)
    ill.write_bytes(EICAR)
    assert clamd.scan(daemon.url, clean) == "" and daemon.scanned == [b"x" * 200_000]
    assert clamd.scan(daemon.url, ill) == "Eicar-Test-Signature"


def test_the_client_takes_a_socket_in_a_folder_too(tmp_path):
    path = tmp_path / "clamd.ctl"
    daemon = Daemon.__new__(Daemon)
    daemon.server, daemon.answer, daemon.scanned = socket.socket(socket.AF_UNIX), None, []
    daemon.server.bind(str(path))
    daemon.server.listen()
    threading.Thread(target=daemon._serve, daemon=True).start()
    (tmp_path / "file").write_bytes(b"a")
    assert clamd.scan(f"unix://{path}", tmp_path / "file") == ""
    daemon.server.close()


@pytest.mark.parametrize("answer", [b"", b"INSTREAM size limit exceeded. ERROR\0", b"nonsense\0"])
def test_what_is_no_verdict_is_none(daemon, tmp_path, answer):
    daemon.answer = answer
    (tmp_path / "file").write_bytes(b"a")
    with pytest.raises(clamd.Unreachable):
        clamd.scan(daemon.url, tmp_path / "file")


def test_a_daemon_that_is_away_or_silent_ends_in_time(tmp_path, monkeypatch):
    (tmp_path / "file").write_bytes(b"a")
    monkeypatch.setattr(clamd, "ANSWER_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"tcp://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(clamd.Unreachable):
            clamd.scan(url, tmp_path / "file")
    for away in (url, f"unix://{tmp_path}/nobody"):
        with pytest.raises(clamd.Unreachable):
            clamd.scan(away, tmp_path / "file")


def test_a_file_waits_is_scanned_and_opens(app, scanner):
    file = store()
    twin = store(name="twin.pdf")
    assert state_of(file) == "waiting"
    with pytest.raises(MoveRefused, match="still being checked"):
        attachment(file)
    assert scan() == 1, "one scan serves both rows of one content"
    assert state_of(file) == state_of(twin) == "clean" and scanner.scanned == [PDF]
    assert scan() == 0
    assert opens(app, file)


def test_an_infected_file_opens_for_nobody_and_its_sender_is_told(scanner):
    person = make_person()
    file = files.store(io.BytesIO(EICAR), "notes.txt", actor_of(person))
    db.session.commit()
    scan()
    assert state_of(file) == "infected" and file.scan_note == "Eicar-Test-Signature"
    for own in (True, False):
        with pytest.raises(MoveRefused, match="holds a virus"):
            attachment(file, own=own)
    event = db.session.query(OutboxEvent).filter_by(name="file.infected").one()
    assert [one.person_id for one in audience.sender_of_file(subjects.load(event))] == [person.id]


def test_a_scanner_that_is_away_is_asked_again_later_and_not_for_ever(scanner, monkeypatch):
    scanner.answer = b"busy ERROR\0"
    file, now = store(), outbox.real_now()
    other = store(PDF + b"another", "b.pdf")
    assert scan() == 0 and state_of(file) == state_of(other) == "waiting"
    assert scan() == 0 and len(scanner.scanned) == 2, "not at once again"
    for _ in range(scanning.MAX_ATTEMPTS - 1):
        monkeypatch.setattr(outbox, "real_now", lambda due=file.scan_due_at: max(now, due))
        scan()
        state_of(file)
    assert state_of(file) == "failed"
    with pytest.raises(MoveRefused, match="could not be checked"):
        attachment(file)
    scanner.answer = None
    assert scanning.scan_again() == 2
    db.session.commit()
    assert scan() == 2
    assert state_of(file) == "clean"


def test_without_a_scanner_files_open_as_ever(app, session, frozen):
    file = store()
    assert state_of(file) == "not_configured" and scan() == 0
    assert opens(app, file)


def test_the_queue_gets_a_job_for_each(scanner, monkeypatch):
    asked = []
    monkeypatch.setattr(scanning.queue, "connection", lambda: object())
    monkeypatch.setattr(scanning.queue, "enqueue", lambda path, *args, **more: asked.append((path, *args)) or True)
    file = store()
    assert scan() == 1 and scan() == 0, "due again only when the job seems lost"
    assert asked == [("app.core.scanning.scan_one", str(file.id))]
    assert scanning.scan_one(str(file.id)) and not scanning.scan_one(str(file.id))


def test_an_infected_file_is_named_on_the_page_and_not_submitted(scanner, client, sign_in):
    from tests.factories.proposals import owner_of

    proposal = make_proposal("full_draft")
    stage = proposal.stages[-1]
    fill_in(stage)
    services.attach_file(
        submission=stage, question_id="annex", stream=io.BytesIO(EICAR), name="ill.txt", actor=owner(proposal)
    )
    person, base = owner_of(proposal.organisation), address(stage)
    db.session.commit()
    browser = sign_in(client, person)
    assert "Being checked for viruses" in text_of(browser.get(f"{base}/sections/annexes"))
    scan()
    page = browser.get(f"{base}/sections/annexes")
    assert "ill.txt" in text_of(page) and "Holds a virus" in text_of(page)
    scan()
    stage = queries.get_stage_submission(stage.id)
    with pytest.raises(Invalid, match="“ill.txt” holds a virus"):
        services.submit(submission=stage, actor=owner(proposal))


def test_staff_read_that_nothing_was_scanned(session, frozen, new_client, sign_in):
    from app.identity.models import Person
    from tests.factories.proposals import officer_of

    proposal = make_proposal("full_submitted")
    officer, base = db.session.get(Person, officer_of(proposal).person_id), address(proposal.stages[-1])
    session.commit()
    assert "Not scanned for viruses." in text_of(sign_in(new_client(), officer).get(f"{base}/versions/1"))
