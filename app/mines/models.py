"""Mine sites. What everybody may see is a coarse cell; the exact position lies encrypted in a table of its own."""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, LargeBinary, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Record, Versioned, one_of
from app.core.files import StoredFile
from app.core.types import JsonColumn
from app.extensions import db
from app.mines import vocabulary

STEPS = tuple(vocabulary.STEPS)
SOURCES = tuple(vocabulary.SOURCES)
ACTIVITIES = tuple(vocabulary.ACTIVITIES)


class MineSite(Versioned, db.Model):
    """An artisanal or small-scale mine. ``cell_lat10``/``cell_lon10``: the 0.1 degree cell's south-west corner, in tenths."""

    __tablename__ = "mine_site"
    __table_args__ = (
        one_of("maturity_step", STEPS),
        one_of("activity", ACTIVITIES),
        CheckConstraint("icglr_status IS NULL OR icglr_status BETWEEN 0 AND 3", name="icglr_status_known"),
        CheckConstraint("cell_lat10 BETWEEN -900 AND 900", name="cell_lat10_on_earth"),
        CheckConstraint("cell_lon10 BETWEEN -1800 AND 1800", name="cell_lon10_on_earth"),
    )

    reference: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(160))
    country: Mapped[str] = mapped_column(String(2))
    admin1: Mapped[str] = mapped_column(String(120), default="")
    minerals: Mapped[list[str]] = mapped_column(JsonColumn, default=list)
    cell_lat10: Mapped[int] = mapped_column(Integer)
    cell_lon10: Mapped[int] = mapped_column(Integer)
    workers: Mapped[int | None] = mapped_column(Integer)
    activity: Mapped[str] = mapped_column(String(20), default="active")
    icglr_status: Mapped[int | None] = mapped_column(Integer)
    maturity_step: Mapped[str] = mapped_column(String(2), default="M0")
    registered_by_organisation_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organisation.id"))
    registered_by_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)


class MinePosition(Record, db.Model):
    """The exact position of a site (WGS 84), encrypted with a key that is not in the database."""

    __tablename__ = "mine_position"

    mine_site_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("mine_site.id", ondelete="CASCADE"), unique=True)
    ciphertext: Mapped[bytes] = mapped_column(LargeBinary)


class MaturityAssessment(Record, db.Model):
    """One finding of a site's step on the maturity ladder; the step may go down. Never changed, only added to."""

    __tablename__ = "maturity_assessment"
    __table_args__ = (
        one_of("step", STEPS),
        one_of("source", SOURCES),
        Index("ix_maturity_assessment_mine_site_id", "mine_site_id", "assessed_on"),
    )

    mine_site_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("mine_site.id", ondelete="CASCADE"))
    step: Mapped[str] = mapped_column(String(2))
    previous_step: Mapped[str] = mapped_column(String(2))
    assessed_on: Mapped[date] = mapped_column(Date)
    source: Mapped[str] = mapped_column(String(30))
    note: Mapped[str] = mapped_column(Text, default="")
    evidence_file_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("stored_file.id"))
    recorded_by_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    recorded_by_name: Mapped[str] = mapped_column(String(120))
    evidence_file: Mapped[StoredFile | None] = relationship(lazy="raise")
