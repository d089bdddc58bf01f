"""Who a proposal's parties are, the funder's own partners, and the conflicts of interest that names suggest."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Record, Versioned, one_of
from app.core.types import UTCDateTime
from app.extensions import db
from app.identity.models import Person, Programme
from app.proposals.models.records import Proposal

PARTY_KINDS = ("applicant", "partner")
SUGGESTION_BASES = (
    "organisation",
    "partner",
    "email_domain",
    "country_office",
    "past_collaboration",
    "funder_partner",
)
CLOSING_BASES = ("organisation", "partner", "email_domain")


class ProposalParty(Record, db.Model):
    """An organisation that applies or is named as a partner. ``name_key`` is folded so that spellings meet.

    ``base_key`` is the same without countries and offices: “Name Kenya” and “Name Peru” share it. ``domain`` is that of
    its website or addresses; empty when unknown or shared by strangers (gmail.com).
    """

    __tablename__ = "proposal_party"
    __table_args__ = (
        UniqueConstraint("proposal_id", "kind", "name_key", name="uq_proposal_party_once"),
        one_of("kind", PARTY_KINDS),
        Index("ix_proposal_party_name_key", "name_key"),
        Index("ix_proposal_party_base_key", "base_key"),
        Index("ix_proposal_party_domain", "domain"),
    )

    proposal_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("proposal.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(300))
    name_key: Mapped[str] = mapped_column(String(300))
    base_key: Mapped[str] = mapped_column(String(300), default="")
    domain: Mapped[str] = mapped_column(String(200), default="")
    country: Mapped[str] = mapped_column(String(2), default="")


class FunderPartner(Versioned, db.Model):
    """An organisation that partners with the funder itself: its people judge no proposal of another partner unseen."""

    __tablename__ = "funder_partner"
    __table_args__ = (UniqueConstraint("programme_id", "name_key", name="uq_funder_partner_once"),)

    programme_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(300))
    name_key: Mapped[str] = mapped_column(String(300))
    base_key: Mapped[str] = mapped_column(String(300), default="")
    domain: Mapped[str] = mapped_column(String(200), default="")
    programme: Mapped[Programme] = relationship(lazy="raise")


class SuggestedConflict(Record, db.Model):
    """A conflict of interest that the records suggest; staff record or dismiss it, and nobody is asked to review before.

    Those of ``CLOSING_BASES`` close the proposal to the person meanwhile, as a recorded one does.

    ``withdrawn_at``: the records suggest it no longer. ``evidence`` is for staff: names of organisations, a domain.
    """

    __tablename__ = "suggested_conflict"
    __table_args__ = (
        UniqueConstraint("person_id", "proposal_id", "basis", name="uq_suggested_conflict_once"),
        one_of("basis", SUGGESTION_BASES),
        CheckConstraint(
            "dismissed_at IS NULL OR (dismissed_by_id IS NOT NULL AND reason <> '')", name="dismissed_with_reason"
        ),
        Index("ix_suggested_conflict_proposal_id", "proposal_id"),
    )

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    proposal_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("proposal.id", ondelete="CASCADE"))
    basis: Mapped[str] = mapped_column(String(20))
    evidence: Mapped[str] = mapped_column(String(300), default="")
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    dismissed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    dismissed_by_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    reason: Mapped[str] = mapped_column(Text, default="")
    person: Mapped[Person] = relationship(lazy="raise")
    proposal: Mapped[Proposal] = relationship(lazy="raise")
