"""The published history: real projects of earlier calls, each with its source."""

from __future__ import annotations

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Record
from app.core.types import JsonColumn
from app.extensions import db


class PublishedProject(Record, db.Model):
    """A real project as its source tells it; never scored, rated or linked to a mine site here."""

    __tablename__ = "published_project"

    slug: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    area: Mapped[str] = mapped_column(String(200))
    minerals: Mapped[list[str]] = mapped_column(JsonColumn, default=list)
    partners: Mapped[str] = mapped_column(String(300), default="")
    period: Mapped[str] = mapped_column(String(80), default="")
    figures: Mapped[str] = mapped_column(Text, default="")
    source: Mapped[str] = mapped_column(String(300))
