"""Questions about people, organisations, programmes and what connects them; no writes."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from sqlalchemy import Select, event, func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from app.core import clock
from app.extensions import db
from app.identity.addresses import email_key
from app.identity.models import (
    DocumentVersion,
    FormerMembership,
    Invitation,
    LoginSession,
    Membership,
    Organisation,
    OrganisationDocument,
    Person,
    Programme,
    RoleGrant,
)

MEMBERSHIPS, ROLES, SESSION = "identity.memberships", "identity.roles", "identity.session"
OWNERS_FIRST = {"owner": 0, "editor": 1, "viewer": 2}


def get_person(ident: uuid.UUID | None) -> Person | None:
    """The person with this id."""
    return db.session.get(Person, ident) if ident else None


def person_by_email(email: str) -> Person | None:
    """The person who confirmed this address, or one that is the same once case and look-alike characters are folded."""
    theirs = select(Person).where(Person.email_key == email_key(email), Person.email_verified_at.is_not(None))
    return db.session.scalar(theirs)


def newcomers_with(email: str, most: int | None = None) -> list[Person]:
    """Open accounts that gave this address and have not confirmed it, the newest first."""
    is_open = Person.email_verified_at.is_(None), Person.suspended_at.is_(None)
    query = select(Person).where(Person.email_key == email_key(email), *is_open)
    return list(db.session.scalars(query.order_by(Person.created_at.desc(), Person.id.desc()).limit(most)))


def live_session(token_hash: str) -> LoginSession | None:
    """The login session of this token with its person, unless it ended or the person is suspended. One query.

    It is held for the transaction, so that whoever asks for the person next gets it without another query.
    """
    found = db.session.scalar(
        select(LoginSession)
        .join(LoginSession.person)
        .options(contains_eager(LoginSession.person))
        .where(
            LoginSession.token_hash == token_hash,
            LoginSession.revoked_at.is_(None),
            LoginSession.expires_at > clock.began(),
            Person.suspended_at.is_(None),
        )
    )
    db.session().info[SESSION] = found
    return found


def live_sessions_of(person_id: uuid.UUID) -> list[LoginSession]:
    """Every browser in which the person is signed in, the newest first."""
    return list(
        db.session.scalars(
            select(LoginSession)
            .where(
                LoginSession.person_id == person_id,
                LoginSession.revoked_at.is_(None),
                LoginSession.expires_at > clock.unshifted(),
            )
            .order_by(LoginSession.created_at.desc(), LoginSession.id.desc())
        )
    )


def get_organisation(ident: uuid.UUID | None) -> Organisation | None:
    """The organisation with this id."""
    return db.session.get(Organisation, ident) if ident else None


def organisations_of(person_id: uuid.UUID) -> list[Organisation]:
    """The organisations the person is a member of, by name."""
    return list(
        db.session.scalars(
            select(Organisation)
            .join(Membership, Membership.organisation_id == Organisation.id)
            .where(Membership.person_id == person_id)
            .order_by(Organisation.name, Organisation.id)
        )
    )


def organisations_of_each(person_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, list[Organisation]]:
    """Person id → the organisations the person is a member of, by name; in one query."""
    found: dict[uuid.UUID, list[Organisation]] = defaultdict(list)
    rows = db.session.execute(
        select(Membership.person_id, Organisation)
        .join(Organisation, Membership.organisation_id == Organisation.id)
        .where(Membership.person_id.in_(person_ids))
        .order_by(Organisation.name, Organisation.id)
    )
    for person_id, organisation in rows:
        found[person_id].append(organisation)
    return dict(found)


def get_membership(ident: uuid.UUID | None) -> Membership | None:
    """The membership with this id, its person and organisation loaded."""
    return db.session.scalar(
        select(Membership)
        .where(Membership.id == ident)
        .options(joinedload(Membership.person), joinedload(Membership.organisation))
        .execution_options(populate_existing=True)
    )


def members_of(organisation_id: uuid.UUID, *roles: str) -> list[Membership]:
    """The members (with these roles, or all), their people loaded; owners first, then by name."""
    query = (
        select(Membership)
        .join(Membership.person)
        .where(Membership.organisation_id == organisation_id)
        .options(joinedload(Membership.person))
        .order_by(Person.name, Membership.id)
    )
    if roles:
        query = query.where(Membership.role.in_(roles))
    return sorted(db.session.scalars(query), key=lambda m: OWNERS_FIRST[m.role])


def documents_of(organisation_id: uuid.UUID) -> list[OrganisationDocument]:
    """The documents that an organisation keeps, all versions loaded, by kind; the newest of a kind first."""
    query = (
        select(OrganisationDocument)
        .where(OrganisationDocument.organisation_id == organisation_id, OrganisationDocument.removed_at.is_(None))
        .options(selectinload(OrganisationDocument.versions))
        .order_by(OrganisationDocument.kind, OrganisationDocument.created_at.desc(), OrganisationDocument.id)
    )
    return list(db.session.scalars(query))


def get_document(ident: uuid.UUID) -> OrganisationDocument | None:
    """One document that is kept, with its organisation and all versions."""
    query = (
        select(OrganisationDocument)
        .where(OrganisationDocument.id == ident, OrganisationDocument.removed_at.is_(None))
        .options(joinedload(OrganisationDocument.organisation), selectinload(OrganisationDocument.versions))
    )
    return db.session.scalar(query)


def versions_expiring_between(first: date, last: date) -> list[DocumentVersion]:
    """The newest versions of kept documents whose last day lies between two days."""
    newest = (
        select(DocumentVersion.document_id, func.max(DocumentVersion.number).label("number"))
        .group_by(DocumentVersion.document_id)
        .subquery()
    )
    query = (
        select(DocumentVersion)
        .join(
            newest, (newest.c.document_id == DocumentVersion.document_id) & (newest.c.number == DocumentVersion.number)
        )
        .join(DocumentVersion.document)
        .where(DocumentVersion.valid_until.between(first, last), OrganisationDocument.removed_at.is_(None))
        .order_by(DocumentVersion.valid_until, DocumentVersion.id)
    )
    return list(db.session.scalars(query))


def memberships_of(person_id: uuid.UUID) -> dict[uuid.UUID, str]:
    """Organisation id → the person's role in it. Asked once per transaction."""
    known = db.session().info.setdefault(MEMBERSHIPS, {})
    if person_id not in known:
        rows = db.session.execute(
            select(Membership.organisation_id, Membership.role).where(Membership.person_id == person_id)
        )
        known[person_id] = {row.organisation_id: row.role for row in rows}
    return dict(known[person_id])


def organisations_left_by(person_id: uuid.UUID) -> Select[uuid.UUID]:
    """Ids of the organisations that the person was a member of and is not any more."""
    now = select(Membership.organisation_id).where(Membership.person_id == person_id)
    return select(FormerMembership.organisation_id).where(
        FormerMembership.person_id == person_id, FormerMembership.organisation_id.not_in(now)
    )


def get_programme(ident: uuid.UUID | None) -> Programme | None:
    """The programme with this id."""
    return db.session.get(Programme, ident) if ident else None


def programme_by_code(code: str) -> Programme | None:
    """The programme with this code."""
    return db.session.scalar(select(Programme).where(Programme.code == code))


def list_programmes() -> list[Programme]:
    """Every programme, by name."""
    return list(db.session.scalars(select(Programme).order_by(Programme.name, Programme.id)))


def programme_roles(person_id: uuid.UUID) -> dict[uuid.UUID, frozenset[str]]:
    """Programme id → the roles the person holds in it. Asked once per transaction."""
    known = db.session().info.setdefault(ROLES, {})
    if person_id not in known:
        found: dict[uuid.UUID, set[str]] = defaultdict(set)
        rows = db.session.execute(
            select(RoleGrant.programme_id, RoleGrant.role).where(RoleGrant.person_id == person_id)
        )
        for row in rows:
            found[row.programme_id].add(row.role)
        known[person_id] = {ident: frozenset(roles) for ident, roles in found.items()}
    return dict(known[person_id])


def programmes_with_role(person_id: uuid.UUID, *roles: str) -> frozenset[uuid.UUID]:
    """Ids of the programmes in which the person holds one of these roles."""
    wanted = frozenset(roles)
    return frozenset(ident for ident, held in programme_roles(person_id).items() if held & wanted)


def people_with_role(programme_id: uuid.UUID, *roles: str) -> list[Person]:
    """Who holds one of these roles in the programme and is not suspended, by name."""
    holders = select(RoleGrant.person_id).where(RoleGrant.programme_id == programme_id, RoleGrant.role.in_(roles))
    return list(
        db.session.scalars(
            select(Person).where(Person.id.in_(holders), Person.suspended_at.is_(None)).order_by(Person.name, Person.id)
        )
    )


def grants_of_programme(programme_id: uuid.UUID) -> list[RoleGrant]:
    """Every role held in the programme, people loaded, by name."""
    return list(
        db.session.scalars(
            select(RoleGrant)
            .join(RoleGrant.person)
            .where(RoleGrant.programme_id == programme_id)
            .options(joinedload(RoleGrant.person))
            .order_by(Person.name, Person.id, RoleGrant.role)
        )
    )


def get_invitation(ident: uuid.UUID | None) -> Invitation | None:
    """The invitation with this id, its organisation loaded."""
    return db.session.get(Invitation, ident) if ident else None


def invitation_by_token(token_hash: str) -> Invitation | None:
    """The invitation of this token, whether it is still open or not."""
    return db.session.scalar(select(Invitation).where(Invitation.token_hash == token_hash))


def open_invitations(*, organisation_id: uuid.UUID | None = None, email: str | None = None) -> list[Invitation]:
    """Invitations that can still be accepted, of one organisation or to one address, the newest first."""
    query = select(Invitation).where(
        Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None), Invitation.expires_at > clock.now()
    )
    if organisation_id is not None:
        query = query.where(Invitation.organisation_id == organisation_id)
    if email is not None:
        query = query.where(Invitation.email_key == email_key(email))
    return list(db.session.scalars(query.order_by(Invitation.created_at.desc(), Invitation.id.desc())))


def names_of(person_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Person id → name, in one query."""
    rows = db.session.execute(select(Person.id, Person.name).where(Person.id.in_(set(person_ids))))
    return {row.id: row.name for row in rows}


def forget_known() -> None:
    """Ask anew for memberships and roles: they have just changed."""
    for name in (MEMBERSHIPS, ROLES):
        db.session().info.pop(name, None)


@event.listens_for(db.session, "after_transaction_end")
def _forget_after_transaction(session: Any, transaction: Any) -> None:
    """What was known in one transaction says nothing about the next."""
    if transaction.parent is None:
        for name in (MEMBERSHIPS, ROLES, SESSION):
            session.info.pop(name, None)
