"""Many people with something to be told."""

from __future__ import annotations

from collections import Counter

from app.calls.models import Call
from app.calls.queries import call_by_code
from app.core import outbox
from app.core.db import unit_of_work
from app.core.types import SYSTEM_ACTOR
from app.notifications.channels import mailbox
from tests.factories.calls import make_call
from tests.factories.identity import make_organisation, make_person
from tests.factories.notifications import settle
from tests.faults.instance import Instance
from tests.servers import MailSink

APPLICANTS, STAFF = 5, 1


def populate(instance: Instance) -> str:
    """A call whose every event is told to five applicants (notice and mail) and one manager (notice); returns its code."""
    with instance.inside(), unit_of_work():
        call: Call = make_call()
        for _ in range(APPLICANTS):
            make_organisation(owner=make_person())
        code = call.code
    with instance.inside():
        settle()
    return code


def announce(instance: Instance, code: str, events: int) -> None:
    """Publish so many events about the call, each committed by itself, as requests do."""
    for _ in range(events):
        with instance.inside(), unit_of_work():
            outbox.publish("call.opened", call_by_code(code), SYSTEM_ACTOR)


def all_told(instance: Instance, events: int) -> bool:
    """Whether every notice and every mail of so many events is there, and nothing waits."""
    done = instance.told() == events * (APPLICANTS + STAFF) and instance.sent() == events * APPLICANTS
    return done and instance.waiting() == 0


def copies(sink: MailSink) -> Counter[str]:
    """How often each Message-ID arrived."""
    return Counter(str(message["Message-ID"]) for message in sink.messages)


def on_disk(instance: Instance) -> int:
    """How many mails lie in the on-disk mailbox."""
    return len(mailbox.idents(instance.folder / "mailbox"))
