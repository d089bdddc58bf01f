"""Events, notices and mails for tests."""

from __future__ import annotations

import itertools
from email.message import EmailMessage
from typing import Any

from sqlalchemy import select

from app.core import outbox
from app.core.db import unit_of_work
from app.core.outbox import OutboxEvent
from app.core.types import SYSTEM_ACTOR, Actor
from app.extensions import db
from app.identity.models import Person
from app.notifications import dispatch
from app.notifications.channels import mailbox
from app.notifications.channels.email import mailbox_folder
from app.notifications.models import EmailDelivery, Notification

_number = itertools.count(1)


def make_event(
    name: str = "person.password_changed", thing: Any = None, actor: Actor = SYSTEM_ACTOR, **payload: Any
) -> OutboxEvent:
    """The one event waiting to be told, committed; what was published before counts as told."""
    settle()
    return add_event(name, thing, actor, **payload)


def add_event(
    name: str = "person.password_changed", thing: Any = None, actor: Actor = SYSTEM_ACTOR, **payload: Any
) -> OutboxEvent:
    """One more event waiting to be told, committed."""
    with unit_of_work():
        event = outbox.publish(name, thing, actor, **payload)
    assert event is not None
    return event


def make_notice(person: Person, *, read: bool = False, path: str = "/account", thing: Any = None) -> Notification:
    """A notice that a person has, in the words of a closed call; ``thing`` is what its event is about."""
    event = make_event("person.password_changed", thing or person)
    notice = Notification(
        event_id=event.id,
        event_name="call.closed",
        person_id=person.id,
        params={"call": f"Call {next(_number)}"},
        path=path,
        read_at=event.occurred_at if read else None,
    )
    db.session.add(notice)
    db.session.commit()
    return notice


def settle() -> None:
    """Let what the making of the world published count as told."""
    with unit_of_work():
        for ticket in outbox.due(OutboxEvent, 10_000):
            outbox.complete(OutboxEvent, ticket.ident)


def deliver() -> None:
    """Deliver everything that is due now."""
    dispatch.deliver_due(30)


def mails(to: str | None = None) -> list[EmailMessage]:
    """What lies in the on-disk mailbox, the oldest first."""
    folder = mailbox_folder()
    found = [mailbox.read(folder, ident) for ident in reversed(mailbox.idents(folder))]
    return [m for m in found if m is not None and to in {None, str(m["To"])}]


def notices(person: Person | None = None) -> list[Notification]:
    """The notices of a person, or all, in the order they were written."""
    query = select(Notification).order_by(Notification.created_at, Notification.id)
    if person is not None:
        query = query.where(Notification.person_id == person.id)
    return list(db.session.scalars(query))


def deliveries() -> list[EmailDelivery]:
    """All mail rows in the order they were written."""
    return list(db.session.scalars(select(EmailDelivery).order_by(EmailDelivery.created_at, EmailDelivery.id)))
