"""What RQ calls: one job inside the application, committed once, undone whole when it fails; only jobs of ours."""

from __future__ import annotations

import subprocess
import sys

import pytest

from app import worker
from app.core import queue
from app.core.outbox import OutboxEvent
from app.core.types import SYSTEM_ACTOR
from app.extensions import db
from config import ROOT
from tests.factories.identity import make_person
from tests.factories.notifications import mails, make_event


def publish_and(monkeypatch, after):
    """Let a job publish an event and then do something."""
    from app.core import outbox
    from app.identity.models import Person
    from app.notifications import jobs

    def job(ident):
        outbox.publish("call.published", db.session.get(Person, ident), SYSTEM_ACTOR)
        after()

    monkeypatch.setattr(jobs, "test_job", job, raising=False)


def waiting() -> int:
    return db.session.query(OutboxEvent).filter_by(name="call.published").count()


def test_a_job_delivers(app):
    make_event("person.password_changed", make_person())
    worker.run("app.notifications.jobs.deliver_due")
    assert len(mails()) == 1


def test_a_job_is_committed_once_and_wakes_the_workers_after(app, monkeypatch):
    person = make_person()
    db.session.commit()
    poked = []
    monkeypatch.setattr(queue, "poke", lambda: poked.append(waiting()))
    publish_and(monkeypatch, lambda: None)
    worker.run("app.notifications.jobs.test_job", person.id)
    assert waiting() == 1 and poked == [1]


def test_a_job_that_fails_is_undone_whole_and_wakes_nobody(app, monkeypatch):
    person = make_person()
    db.session.commit()
    poked = []
    monkeypatch.setattr(queue, "poke", lambda: poked.append(1))
    publish_and(monkeypatch, lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        worker.run("app.notifications.jobs.test_job", person.id)
    assert waiting() == 0 and not poked


@pytest.mark.parametrize("path", ["os.system", "builtins.print", "config.load_settings"])
def test_only_jobs_of_the_application_are_run(app, path):
    with pytest.raises(LookupError):
        worker.run(path)


def test_a_job_of_an_older_release_fails_aloud_and_not_silently(app):
    with pytest.raises(AttributeError):
        worker.run("app.notifications.jobs.no_longer_here", "1")


@pytest.mark.sqlite
@pytest.mark.parametrize("arguments", [[], ["everything"], ["rq", "local"]])
def test_a_wrong_word_gets_one_line_of_help(arguments):
    ended = subprocess.run(
        [sys.executable, "-m", "app.worker", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert ended.stderr.strip().endswith("usage: python -m app.worker rq|scheduler|local")
    assert ended.stdout == ""
