"""Workers killed, mail servers refusing: nothing lost, nothing doubled but a mail cut between its 250 and our commit."""

from __future__ import annotations

import os
import signal
import socket
import time

import pytest

from tests.faults.instance import Instance
from tests.faults.world import APPLICANTS, all_told, announce, copies, on_disk, populate

EVENTS = 40
PATIENT = {
    "ASSAY_LEASE_SECONDS": "60"
}  # where nobody is killed, nothing may be taken up twice however slow the machine


def kill(process) -> None:
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(10)


def test_a_worker_killed_again_and_again_tells_everybody_once(make_instance, smtp_server):
    instance: Instance = make_instance(ASSAY_SMTP_URL=smtp_server.url)
    announce(instance, populate(instance), EVENTS)
    kills = 0
    for share in (0.1, 0.4):
        worker = instance.worker("local")
        instance.wait(lambda share=share: len(smtp_server.messages) > share * EVENTS * APPLICANTS, what="some mails")
        kill(worker)
        kills += 1
    assert not all_told(instance, EVENTS), "the kills came too late to prove anything"
    instance.worker("local")
    instance.wait(lambda: all_told(instance, EVENTS), what="everybody told")
    counts = copies(smtp_server)
    assert len(counts) == EVENTS * APPLICANTS
    assert max(counts.values()) <= 2
    assert sum(counts.values()) - len(counts) <= kills


@pytest.mark.sqlite
def test_killed_in_the_middle_the_mailbox_on_disk_has_each_mail_once(make_instance):
    instance: Instance = make_instance()
    announce(instance, populate(instance), EVENTS)
    worker = instance.worker("local")
    instance.wait(lambda: on_disk(instance) > 20, what="some mails")
    kill(worker)
    instance.worker("local")
    instance.wait(lambda: all_told(instance, EVENTS), what="everybody told")
    assert on_disk(instance) == EVENTS * APPLICANTS


@pytest.mark.postgres
def test_two_workers_at_once_tell_everybody_once(make_instance, smtp_server):
    instance: Instance = make_instance(ASSAY_SMTP_URL=smtp_server.url, **PATIENT)
    announce(instance, populate(instance), EVENTS)
    for _ in range(2):
        instance.worker("local")
    instance.wait(lambda: all_told(instance, EVENTS), what="everybody told")
    assert set(copies(smtp_server).values()) == {1}
    assert len(copies(smtp_server)) == EVENTS * APPLICANTS


@pytest.mark.sqlite
def test_a_mail_server_that_refuses_or_is_away_only_delays(make_instance, smtp_server):
    instance: Instance = make_instance(ASSAY_SMTP_URL=smtp_server.url, **PATIENT)
    smtp_server.refusing = True
    announce(instance, populate(instance), 6)
    instance.worker("local")
    instance.wait(lambda: instance.told() == 36, what="the notices, which need no mail server")
    time.sleep(3)
    smtp_server.stop()
    time.sleep(3)
    assert instance.sent() == 0 and smtp_server.messages == []
    smtp_server.refusing = False
    smtp_server.start()
    instance.wait(lambda: all_told(instance, 6), what="everybody told")
    assert sorted(copies(smtp_server).values()) == [1] * 30


@pytest.mark.sqlite
def test_asked_to_stop_a_worker_ends_within_two_seconds(make_instance):
    instance: Instance = make_instance()
    announce(instance, populate(instance), 1)
    worker = instance.worker("local")
    instance.wait(lambda: all_told(instance, 1), what="everybody told")
    began = time.monotonic()
    worker.terminate()
    assert worker.wait(5) == 0
    assert time.monotonic() - began < 2.5


@pytest.mark.sqlite
def test_asked_to_stop_while_a_mail_server_is_silent_it_ends_too(make_instance):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        instance: Instance = make_instance(ASSAY_SMTP_URL=f"smtp://127.0.0.1:{silent.getsockname()[1]}", **PATIENT)
        announce(instance, populate(instance), 1)
        worker = instance.worker("local")
        silent.settimeout(40)
        connection, _ = silent.accept()
        with connection:
            began = time.monotonic()
            worker.send_signal(signal.SIGINT)
            assert worker.wait(5) == 0
            assert time.monotonic() - began < 2.5
    assert instance.waiting() == APPLICANTS
