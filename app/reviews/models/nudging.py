"""That a reviewer was asked after all that is open of theirs in a call."""

from __future__ import annotations

import uuid

from sqlalchemy import ForeignKey, Index, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.calls.models import Call
from app.core.db import Record
from app.extensions import db
from app.identity.models import Person


class ReviewNudge(Record, db.Model):
    """One mail to one reviewer about the reviews of a call that wait for them; never changed."""

    __tablename__ = "review_nudge"
    __table_args__ = (Index("ix_review_nudge_call_id", "call_id", "person_id"),)

    call_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("call.id", ondelete="CASCADE"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    sent_by_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    call: Mapped[Call] = relationship(lazy="raise")
    person: Mapped[Person] = relationship(lazy="raise")
