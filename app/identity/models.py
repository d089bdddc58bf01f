"""People, their sessions and one-time links; organisations and members; programmes and roles."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core import clock
from app.core.db import Record, Versioned, one_of
from app.core.files import StoredFile
from app.core.types import UTCDateTime
from app.extensions import db
from workflows.actors import PROGRAMME_ROLES

MEMBER_ROLES = ("owner", "editor", "viewer")
TOKEN_PURPOSES = ("verify_email", "reset_password")
ORGANISATION_KINDS = (
    "company",
    "ngo_international",
    "ngo_national",
    "knowledge_institution",
    "public_body",
    "semi_public_body",
    "cooperative_asm",
    "industry_association",
)
DOCUMENT_KINDS = (
    "statutes",
    "register_extract",
    "audit_report",
    "annual_accounts",
    "integrity_policy",
    "bank_letter",
    "tax_certificate",
    "other",
)
PILLARS = ("government", "supply_chain", "civil_society")
IS_CONFIRMED = "email_verified_at IS NOT NULL"


class Person(Versioned, db.Model):
    """Somebody with an account. ``email_key`` is the address folded (NFKC, case) so that look-alikes are one account.

    An address belongs to the one account that confirmed it; before that it is only said, by however many accounts.
    """

    __tablename__ = "person"
    __table_args__ = (
        Index(
            "uq_person_confirmed_email_key",
            "email_key",
            unique=True,
            sqlite_where=text(IS_CONFIRMED),
            postgresql_where=text(IS_CONFIRMED),
        ),
        Index("ix_person_email_key", "email_key"),
    )

    email: Mapped[str] = mapped_column(String(254))
    email_key: Mapped[str] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(120))
    password_hash: Mapped[str] = mapped_column(String(200), default="")
    locale: Mapped[str] = mapped_column(String(5), default="en")
    email_verified_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    suspended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class LoginSession(Record, db.Model):
    """A signed-in browser; only the hash of its token is kept. Gone or revoked means signed out, at the next request.

    ``confirmed_at`` tells when the password was typed; what moves money or power wants that to be recent.
    """

    __tablename__ = "login_session"
    __table_args__ = (Index("ix_login_session_person_id", "person_id"),)

    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    confirmed_at: Mapped[datetime] = mapped_column(UTCDateTime, default=lambda: clock.unshifted())
    person: Mapped[Person] = relationship(lazy="joined")


class OneTimeToken(Record, db.Model):
    """A link sent by mail that works once; only its hash is kept."""

    __tablename__ = "one_time_token"
    __table_args__ = (one_of("purpose", TOKEN_PURPOSES), Index("ix_one_time_token_person_id", "person_id"))

    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    purpose: Mapped[str] = mapped_column(String(20))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    person: Mapped[Person] = relationship(lazy="joined")


class AttemptCount(Record, db.Model):
    """How often something was tried for one key (an account, an address) in the present window."""

    __tablename__ = "attempt_count"

    key: Mapped[str] = mapped_column(String(120), unique=True)
    count: Mapped[int] = mapped_column(Integer, default=0)
    window_ends_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Organisation(Versioned, db.Model):
    """An organisation that applies, partners or holds awards. Many cooperatives have no register number."""

    __tablename__ = "organisation"
    __table_args__ = (one_of("kind", ORGANISATION_KINDS), one_of("pillar", PILLARS))

    name: Mapped[str] = mapped_column(String(200))
    country: Mapped[str] = mapped_column(String(2))
    kind: Mapped[str] = mapped_column(String(30))
    pillar: Mapped[str] = mapped_column(String(20))
    registration_number: Mapped[str] = mapped_column(String(80), default="")
    no_registration_reason: Mapped[str] = mapped_column(String(200), default="")
    website: Mapped[str] = mapped_column(String(200), default="")

    @property
    def has_profile(self) -> bool:
        """Whether the profile says all that a proposal needs: a register number, or why there is none."""
        return bool(self.registration_number or self.no_registration_reason)


class OrganisationDocument(Versioned, db.Model):
    """A document that an organisation keeps here for its proposals (statutes, an audit): one kind, several versions.

    Its newest version counts. Removing it keeps the rows, because proposals may name the files.
    """

    __tablename__ = "organisation_document"
    __table_args__ = (
        one_of("kind", DOCUMENT_KINDS),
        Index("ix_organisation_document_organisation_id", "organisation_id"),
    )

    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(30))
    note: Mapped[str] = mapped_column(String(300), default="")
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    organisation: Mapped[Organisation] = relationship(lazy="raise")
    versions: Mapped[list[DocumentVersion]] = relationship(
        lazy="raise", order_by="DocumentVersion.number", back_populates="document"
    )


class DocumentVersion(Record, db.Model):
    """One file of a document, and from when to when it is valid; both days count."""

    __tablename__ = "document_version"
    __table_args__ = (
        UniqueConstraint("document_id", "number", name="uq_document_version_number"),
        CheckConstraint(
            "valid_from IS NULL OR valid_until IS NULL OR valid_from <= valid_until", name="valid_in_order"
        ),
        Index("ix_document_version_valid_until", "valid_until"),
    )

    document_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation_document.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(Integer)
    file_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("stored_file.id"))
    valid_from: Mapped[date | None] = mapped_column(Date)
    valid_until: Mapped[date | None] = mapped_column(Date)
    added_by_name: Mapped[str] = mapped_column(String(120))
    document: Mapped[OrganisationDocument] = relationship(lazy="raise", back_populates="versions")
    file: Mapped[StoredFile] = relationship(lazy="joined")


class Membership(Record, db.Model):
    """A person's part in an organisation."""

    __tablename__ = "membership"
    __table_args__ = (
        UniqueConstraint("organisation_id", "person_id", name="uq_membership_once"),
        one_of("role", MEMBER_ROLES),
        Index("ix_membership_person_id", "person_id"),
    )

    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    role: Mapped[str] = mapped_column(String(10))
    organisation: Mapped[Organisation] = relationship(lazy="raise")
    person: Mapped[Person] = relationship(lazy="raise")


class FormerMembership(Record, db.Model):
    """That a person was a member of an organisation once: its proposals stay closed to whoever works for a programme later."""

    __tablename__ = "former_membership"
    __table_args__ = (
        UniqueConstraint("organisation_id", "person_id", name="uq_former_membership_once"),
        Index("ix_former_membership_person_id", "person_id"),
    )

    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))


class Invitation(Record, db.Model):
    """An invitation into an organisation, accepted by POST only; only the token's hash is kept."""

    __tablename__ = "invitation"
    __table_args__ = (one_of("role", MEMBER_ROLES), Index("ix_invitation_organisation_id", "organisation_id"))

    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    email: Mapped[str] = mapped_column(String(254))
    email_key: Mapped[str] = mapped_column(String(254))
    role: Mapped[str] = mapped_column(String(10))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    invited_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    organisation: Mapped[Organisation] = relationship(lazy="joined")


class Programme(Versioned, db.Model):
    """A funding programme; calls, roles and money belong to one."""

    __tablename__ = "programme"

    code: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(Text, default="")


class RoleGrant(Record, db.Model):
    """A role that a person holds in a programme."""

    __tablename__ = "role_grant"
    __table_args__ = (
        UniqueConstraint("programme_id", "person_id", "role", name="uq_role_grant_once"),
        one_of("role", PROGRAMME_ROLES),
        Index("ix_role_grant_person_id", "person_id"),
    )

    programme_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    role: Mapped[str] = mapped_column(String(20))
    granted_by_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    programme: Mapped[Programme] = relationship(lazy="raise")
    person: Mapped[Person] = relationship(lazy="raise")
