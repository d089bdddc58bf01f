"""Writing the notices and mails of one event, in the caller's transaction."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime

import structlog
from flask_babel import force_locale

from app.core import outbox
from app.core.outbox import OutboxEvent
from app.core.types import new_id
from app.extensions import current_settings, db
from app.notifications import catalogue, context, subjects
from app.notifications.audience import Listener
from app.notifications.catalogue import EMAIL, IN_APP, Telling
from app.notifications.channels.letters import message_id
from app.notifications.models import EmailDelivery, Notification
from app.notifications.subjects import Subject

log = structlog.get_logger()


def tell(event: OutboxEvent) -> None:
    """Insert what each person is told about an event, each person once, and erase its secret from the event."""
    tellings = catalogue.tellings(event.name)
    if not tellings:
        return
    try:
        subject = subjects.load(event)
    except subjects.Gone as gone:
        log.info("event.subject_gone", name=event.name, subject=str(gone))
        return
    for telling, people in _each_once(subject, tellings):
        _write(subject, telling, people)
    if any(telling.secret for telling in tellings):
        event.payload = {k: v for k, v in event.payload.items() if k != "token_path"}


def forget_secret(delivery_id: uuid.UUID) -> None:
    """Erase the one-time link of a mail that left or was given up."""
    row = db.session.get(EmailDelivery, delivery_id)
    if row is not None and catalogue.is_secret(row.event_name):
        row.path = ""


def _each_once(subject: Subject, tellings: tuple[Telling, ...]) -> Iterator[tuple[Telling, list[Listener]]]:
    """The listeners of each telling; who is in two groups hears the first wording only."""
    seen: set[uuid.UUID | str] = set()
    for telling in tellings:
        people = []
        for listener in telling.audience(subject):
            is_actor = listener.person_id is not None and listener.person_id == subject.event.actor_id
            who = listener.person_id or listener.address
            if who not in seen and (telling.to_actor or not is_actor):
                seen.add(who)
                people.append(listener)
        yield telling, people


def _write(subject: Subject, telling: Telling, people: list[Listener]) -> None:
    path, now = telling.leads_to(subject) if people else "", outbox.real_now()
    values: dict[str, dict[str, str]] = {}
    for listener in people:
        if listener.locale not in values:
            with force_locale(listener.locale):
                values[listener.locale] = context.values(subject, telling.values)
        _write_to(subject.event, telling, listener, path, values[listener.locale], now)
    db.session.flush()


def _write_to(
    event: OutboxEvent, telling: Telling, listener: Listener, path: str, values: dict[str, str], now: datetime
) -> None:
    if IN_APP in telling.channels and listener.person_id is not None:
        db.session.add(
            Notification(
                event_id=event.id,
                event_name=event.name,
                side=telling.side,
                person_id=listener.person_id,
                params=values,
                path=path,
            )
        )
    if EMAIL in telling.channels and listener.by_mail:
        ident = new_id()
        db.session.add(
            EmailDelivery(
                id=ident,
                event_id=event.id,
                event_name=event.name,
                side=telling.side,
                person_id=listener.person_id,
                address=listener.address,
                locale=listener.locale,
                params={**values, "name": "" if telling.secret else " ".join(listener.name.split())},
                path=path,
                available_at=now,
                message_id=message_id(ident, current_settings().host or "localhost"),
            )
        )
