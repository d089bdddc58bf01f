"""What people were told: notices in the application and mails, each at most once per event and person."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Record
from app.core.outbox import Leased
from app.core.types import JsonColumn, UTCDateTime
from app.extensions import db


class Notification(Record, db.Model):
    """A notice in the application; ``params`` are the values of its text, ``path`` where it leads.

    ``side`` names the wording when an event is told differently to different people (``staff``).
    """

    __tablename__ = "notification"
    __table_args__ = (
        UniqueConstraint("event_id", "person_id", name="uq_notification_once"),
        Index("ix_notification_person_id", "person_id", "read_at"),
    )

    event_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("outbox_event.id"))
    event_name: Mapped[str] = mapped_column(String(80))
    side: Mapped[str] = mapped_column(String(20), default="")
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    params: Mapped[dict[str, Any]] = mapped_column(JsonColumn, default=dict)
    path: Mapped[str] = mapped_column(String(300), default="")
    read_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class EmailDelivery(Record, Leased, db.Model):
    """A mail to one person about one event. ``message_id`` is fixed when it is written, so repeats can be recognised."""

    __tablename__ = "email_delivery"
    __table_args__ = (
        UniqueConstraint("event_id", "person_id", name="uq_email_delivery_once"),
        Index("ix_email_delivery_due", "done_at", "available_at"),
    )

    event_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("outbox_event.id"))
    event_name: Mapped[str] = mapped_column(String(80))
    side: Mapped[str] = mapped_column(String(20), default="")
    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    address: Mapped[str] = mapped_column(String(254))
    locale: Mapped[str] = mapped_column(String(5), default="en")
    params: Mapped[dict[str, Any]] = mapped_column(JsonColumn, default=dict)
    path: Mapped[str] = mapped_column(String(300), default="")
    message_id: Mapped[str] = mapped_column(String(120), unique=True)


class PeriodicRun(Record, db.Model):
    """When each periodic job last began; taken by compare-and-set, so two schedulers run it once."""

    __tablename__ = "periodic_run"

    name: Mapped[str] = mapped_column(String(120), unique=True)
    last_began_at: Mapped[datetime] = mapped_column(UTCDateTime)
