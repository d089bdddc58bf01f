"""A database that is older than what was sent or anchored sends nothing until an operator has said what is still news."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.core import audit, outbox, sendguard
from app.core.db import unit_of_work
from app.core.outbox import OutboxEvent
from app.core.types import SYSTEM_ACTOR
from app.extensions import db
from app.identity import queries as identity
from app.notifications import dispatch
from app.notifications.models import EmailDelivery
from tests.conftest import make_settings, migrated
from tests.factories.identity import make_person, make_programme
from tests.factories.notifications import mails

pytestmark = pytest.mark.sqlite


class Site:
    """An installation with a real SQLite file that can be copied and put back."""

    def __init__(self, app, folder: Path) -> None:
        self.app, self.file, self.copy = app, folder / "assay.sqlite", folder / "backup.sqlite"

    def happen(self) -> None:
        """Something that somebody gets a mail about."""
        with unit_of_work():
            outbox.publish("person.password_changed", identity.get_person(self.person.id), SYSTEM_ACTOR)

    def back_up(self) -> None:
        self._close()
        shutil.copy(self.file, self.copy)

    def restore(self) -> None:
        self._close()
        shutil.copy(self.copy, self.file)

    def _close(self) -> None:
        db.session.remove()
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.engine.dispose()
        for end in ("-wal", "-shm"):
            self.file.with_name(self.file.name + end).unlink(missing_ok=True)

    def deliver(self) -> None:
        dispatch.deliver_due(20)

    def run(self, *words: str):
        return self.app.test_cli_runner().invoke(args=["assay", *words])


@pytest.fixture
def site(tmp_path):
    app = migrated(make_settings(tmp_path))
    with app.app_context():
        site = Site(app, tmp_path)
        with unit_of_work():
            site.person = make_person()
            site.programme = make_programme()
        yield site
        db.session.remove()
        db.engine.dispose()


def waiting(model) -> int:
    found = outbox.counts(model)["waiting"]
    db.session.remove()
    return found


def test_what_was_sent_before_a_restore_is_not_sent_again(site):
    site.happen()
    site.back_up()
    site.deliver()
    assert len(mails()) == 1 and not sendguard.is_held()
    site.restore()
    assert waiting(OutboxEvent), "the copy knows nothing of the sending"
    site.deliver()
    dispatch.sweep()
    assert len(mails()) == 1
    status = site.run("outbox", "status")
    assert status.exit_code == 1 and "older" in status.output and "resume" in status.output


def test_single_jobs_of_a_queue_hold_too(site):
    site.happen()
    site.back_up()
    site.deliver()
    site.restore()
    ident = db.session.scalar(select(OutboxEvent.id).where(OutboxEvent.done_at.is_(None)))
    assert dispatch.expand(ident) is False
    assert waiting(OutboxEvent) and not waiting(EmailDelivery)


def test_a_mail_that_waited_when_the_copy_was_made_is_held_back(site, monkeypatch):
    site.happen()
    monkeypatch.setattr(dispatch, "_send", lambda _ident: False)
    site.deliver()
    monkeypatch.undo()
    assert waiting(EmailDelivery) == 1
    site.back_up()
    site.deliver()
    assert len(mails()) == 1
    site.restore()
    site.deliver()
    assert waiting(EmailDelivery) == 1 and len(mails()) == 1


def test_a_hold_lasts_while_life_goes_on(site):
    site.happen()
    site.back_up()
    site.deliver()
    site.restore()
    site.happen()
    with unit_of_work():
        audit.anchor()
    site.deliver()
    assert sendguard.is_held() and len(mails()) == 1


def test_going_on_without_the_old(site):
    site.happen()
    site.back_up()
    site.deliver()
    site.restore()
    result = site.run("outbox", "resume", "--discard-before", "now")
    assert result.exit_code == 0 and "1 outbox event" in result.output
    site.deliver()
    assert len(mails()) == 1 and not waiting(OutboxEvent)
    site.happen()
    site.deliver()
    assert len(mails()) == 2, "what happens now is news"
    entry = audit.history("programme", site.programme.id)[-1]
    assert entry.action == "delivery.resumed" and "older" in entry.reason and entry.detail["outbox_event"] == 1
    assert site.run("outbox", "status").exit_code == 0


def test_going_on_with_everything(site):
    site.happen()
    site.back_up()
    site.deliver()
    site.restore()
    assert site.run("outbox", "resume", "--send-all").exit_code == 0
    site.deliver()
    assert len(mails()) == 2, "the operator wanted it twice rather than not at all"
    assert not waiting(OutboxEvent) and not sendguard.is_held()


@pytest.mark.parametrize("words", [(), ("--send-all", "--discard-before", "now"), ("--discard-before", "yesterday")])
def test_the_operator_must_say_what_becomes_of_the_waiting(site, words):
    site.happen()
    site.back_up()
    site.deliver()
    site.restore()
    assert site.run("outbox", "resume", *words).exit_code != 0
    assert sendguard.is_held()


def test_there_is_nothing_to_end_without_a_hold(site):
    site.happen()
    result = site.run("outbox", "resume", "--discard-before", "now")
    assert result.exit_code == 1 and waiting(OutboxEvent) == 1


def test_anchors_tell_of_a_restore_when_nothing_was_sent(site):
    site.happen()
    site.deliver()
    site.back_up()
    with unit_of_work():
        audit.record(make_programme(), "programme.looked_at", SYSTEM_ACTOR)
        audit.anchor()
    assert not sendguard.is_held()
    site.restore()
    assert sendguard.is_held()
    assert site.run("outbox", "resume", "--discard-before", "now").exit_code == 0
    assert not sendguard.is_held()
    assert site.run("audit", "verify").exit_code == 1, "the trail keeps saying that something is missing"


def test_anchors_from_before_the_newest_deliveries_are_looked_at_too(site):
    site.back_up()
    with unit_of_work():
        audit.record(site.programme, "programme.looked_at", SYSTEM_ACTOR)
        audit.anchor()
    site.happen()
    site.deliver()
    mark = json.loads(sendguard._file().read_text())
    sendguard._file().write_text(json.dumps({**mark, "done": []}))
    assert not sendguard.is_held()
    site.restore()
    assert sendguard.is_held()


def test_another_database_holds_in_production_only(site, tmp_path, monkeypatch):
    """Deleting the database and beginning anew is a daily thing in development; in production it is a mistake."""
    site.happen()
    site.deliver()
    mark = json.loads(sendguard._file().read_text())
    sendguard._file().write_text(json.dumps({**mark, "origin": "01900000-0000-7000-8000-000000000000"}))
    assert not sendguard.is_held()
    production = replace(site.app.extensions["settings"], mode="production")
    monkeypatch.setitem(site.app.extensions, "settings", production)
    assert sendguard.is_held()
    sendguard._file().unlink()
    assert sendguard.is_held(), "a database that has sent before, restored elsewhere"


def test_a_first_start_in_production_sends(site, monkeypatch):
    monkeypatch.setitem(site.app.extensions, "settings", replace(site.app.extensions["settings"], mode="production"))
    assert not sendguard.is_held()
    sendguard.note(OutboxEvent, db.session.scalar(select(func.max(OutboxEvent.id))) or site.person.id)


def test_a_mark_that_cannot_be_read_or_written_stops_nothing_in_development(site):
    sendguard._file().write_text("{")
    site.happen()
    site.deliver()
    assert len(mails()) == 1 and json.loads(sendguard._file().read_text())["done"]


def test_the_page_of_deliveries_says_so(site, monkeypatch):
    from app.admin.views import deliveries
    from tests.conftest import sign_in_directly
    from tests.factories.identity import make_staff

    with unit_of_work():
        manager = make_staff(identity.get_programme(site.programme.id), "manager")
    client = sign_in_directly(site.app.test_client(), manager)
    assert "on hold" not in client.get("/admin/deliveries").get_data(as_text=True)
    monkeypatch.setattr(deliveries.sendguard, "reason_to_hold", lambda: sendguard.UNSENT)
    page = client.get("/admin/deliveries").get_data(as_text=True)
    assert "Delivery is on hold" in page and sendguard.UNSENT in page


def test_holding_is_logged_once(site, monkeypatch):
    said: list[str] = []
    monkeypatch.setattr(sendguard.log, "error", lambda event, **_: said.append(event))
    monkeypatch.setattr(sendguard, "_said", [""])
    site.happen()
    site.back_up()
    site.deliver()
    site.restore()
    for _ in range(5):
        site.deliver()
    assert said == ["delivery.held"]
