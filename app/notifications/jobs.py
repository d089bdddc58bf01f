"""What workers are asked to do; every argument is text."""

from __future__ import annotations

import uuid

from app.core import queue
from app.notifications import dispatch, reminders

DELIVER_SECONDS = 20.0


def deliver_due() -> None:
    """Deliver what is due now; asked for after every commit that wrote an event."""
    dispatch.deliver_due(DELIVER_SECONDS)


def sweep() -> None:
    """Bring what was left behind."""
    dispatch.sweep()


def expand_event(event_id: str) -> None:
    """Tell people about one event, then see to the mails this wrote."""
    if dispatch.expand(uuid.UUID(event_id)):
        queue.poke()


def send_email(delivery_id: str) -> None:
    """Send one mail."""
    dispatch.send(uuid.UUID(delivery_id))


def remind_reviewers() -> None:
    reminders.remind_reviewers()


def remind_of_milestones() -> None:
    reminders.remind_of_milestones()


def remind_of_reports() -> None:
    reminders.remind_of_reports()


def remind_of_closing() -> None:
    reminders.remind_of_closing()


def remind_of_documents() -> None:
    reminders.remind_of_documents()


def remind_of_sign_off() -> None:
    reminders.remind_of_sign_off()
