"""Searches over proposals that staff keep for themselves, or share with the other staff of a programme."""

from __future__ import annotations

import uuid

from sqlalchemy import Boolean, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Versioned
from app.extensions import db
from app.identity.models import Person, Programme


class SavedSearch(Versioned, db.Model):
    """``words`` as they were typed. What is found is asked anew each time, for whoever looks."""

    __tablename__ = "saved_search"
    __table_args__ = (
        UniqueConstraint("person_id", "name", name="uq_saved_search_name"),
        Index("ix_saved_search_programme_id", "programme_id"),
    )

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    programme_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(80))
    words: Mapped[str] = mapped_column(Text)
    sort: Mapped[str] = mapped_column(String(20), default="")
    shared: Mapped[bool] = mapped_column(Boolean, default=False)
    person: Mapped[Person] = relationship(lazy="raise")
    programme: Mapped[Programme] = relationship(lazy="raise")
