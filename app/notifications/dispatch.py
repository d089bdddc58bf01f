"""From an event to notices and mails. Every step is short, may be repeated, and takes effect once.

An event is expanded in one transaction: its notices and mail rows are inserted and it is marked as done, or nothing is.
A mail is taken in one transaction, sent outside any, and marked as done in another: at least once, with one Message-ID.
"""

from __future__ import annotations

import time
import uuid
from typing import Any

import structlog

from app.core import outbox, queue, sendguard
from app.core.db import unit_of_work
from app.core.outbox import OutboxEvent, Ticket
from app.extensions import current_settings, db
from app.notifications import catalogue, telling
from app.notifications.channels import email
from app.notifications.channels.letters import Letter
from app.notifications.channels.smtp import Deferred, Outage
from app.notifications.models import EmailDelivery

log = structlog.get_logger()
HAND_OUT_AT_ONCE = 200
KINDS: dict[str, tuple[Any, str]] = {
    "expand": (OutboxEvent, "app.notifications.jobs.expand_event"),
    "send": (EmailDelivery, "app.notifications.jobs.send_email"),
}


def expand(event_id: uuid.UUID) -> bool:
    """Turn one event into what people are told. False when another worker has it, or had it, or delivery is on hold."""
    return not sendguard.is_held() and _expand(event_id)


def _expand(event_id: uuid.UUID) -> bool:
    with unit_of_work():
        held = outbox.claim(OutboxEvent, event_id)
    if held is None:
        return False
    try:
        with unit_of_work():
            event = db.session.get(OutboxEvent, held.ident)
            if event is not None and outbox.complete(OutboxEvent, held.ident):
                telling.tell(event)
    except Exception as error:
        _failed(OutboxEvent, held, error, hopeless=isinstance(error, catalogue.UnknownEvent))
    else:
        sendguard.note(OutboxEvent, held.ident)
    return True


def send(delivery_id: uuid.UUID) -> bool:
    """Send one mail. False when the mail server is away or delivery is on hold, so that the caller may rest."""
    return not sendguard.is_held() and _send(delivery_id)


def _send(delivery_id: uuid.UUID) -> bool:
    with unit_of_work():
        held = outbox.claim(EmailDelivery, delivery_id)
        letter = _letter(held.ident) if held else None
    if held is None or letter is None:
        return True
    try:
        email.send(letter)
    except (Outage, Deferred) as error:
        return _put_off(held, error)
    except Exception as error:
        _failed(EmailDelivery, held, error)
    else:
        with unit_of_work():
            outbox.complete(EmailDelivery, held.ident)
            telling.forget_secret(held.ident)
        sendguard.note(EmailDelivery, held.ident)
    return True


def deliver_due(seconds: float) -> int:
    """Expand and send everything that is due, here and now, until nothing is left or the time is spent."""
    end = time.monotonic() + seconds
    done = 0
    while batch := [*_due(OutboxEvent), *_due(EmailDelivery)]:
        if sendguard.is_held():
            return done
        for kind, ticket in batch:
            if time.monotonic() > end:
                return done
            if kind is OutboxEvent:
                _expand(ticket.ident)
            elif not _send(ticket.ident):
                return done
            done += 1
    return done


def sweep(seconds: float = 5) -> None:
    """Bring what a lost message, a dead worker or a failure left behind: through the queue, or here when Redis is away."""
    with unit_of_work():
        buried = {kind: outbox.bury_exhausted(model) for kind, (model, _) in KINDS.items()}
    if any(buried.values()):
        log.error("outbox.buried", **buried)
    waiting = queue.depth()
    if waiting is None:
        deliver_due(seconds)
    elif sendguard.is_held():
        return
    elif waiting < HAND_OUT_AT_ONCE:
        for kind in KINDS:
            _hand_out(kind)


def _hand_out(kind: str) -> None:
    """Give each piece of due work a job of its own. The job's name changes with every turn: a name once lost stays lost."""
    model, path = KINDS[kind]
    for _, ticket in _due(model, to_hand_out=True):
        with unit_of_work():
            handed = outbox.hand_out(model, ticket)
        if handed and not queue.enqueue(
            path, str(handed.ident), job_id=f"ob-{handed.ident}-{handed.turn}", timeout=_job_seconds()
        ):
            return


def _job_seconds() -> int:
    """A job must end before its lease does."""
    return max(2, current_settings().lease_seconds - 2)


def _due(model: Any, *, to_hand_out: bool = False) -> list[tuple[Any, Ticket]]:
    try:
        return [(model, ticket) for ticket in outbox.due(model, HAND_OUT_AT_ONCE, to_hand_out=to_hand_out)]
    finally:
        db.session.remove()


def _letter(ident: uuid.UUID) -> Letter | None:
    row = db.session.get(EmailDelivery, ident)
    if row is None:
        return None
    return Letter(row.id, row.event_name, row.side, row.address, row.locale, row.path, row.message_id, dict(row.params))


def _put_off(held: Ticket, error: Exception) -> bool:
    """Keep a mail for later without counting the attempt; while the server is away, all mails rest a little."""
    away = isinstance(error, Outage)
    with unit_of_work():
        dead = outbox.postpone(EmailDelivery, held, str(error))
        if away:
            outbox.pause(EmailDelivery)
    (log.error if dead or away else log.warning)("mail.put_off", mail=str(held.ident), error=str(error), dead=dead)
    return not away


def _failed(model: Any, held: Ticket, error: Exception, *, hopeless: bool = False) -> None:
    """Note the failure and give the work back, or bury it."""
    with unit_of_work():
        dead = outbox.fail(model, held, f"{type(error).__name__}: {error}", hopeless=hopeless)
        if dead and model is EmailDelivery:
            telling.forget_secret(held.ident)
    log.error("outbox.failed", work=model.__tablename__, id=str(held.ident), dead=dead, error=repr(error)[:300])
