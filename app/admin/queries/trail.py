"""Audit entries within reach, and whether they hold."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select, tuple_

from app.admin.queries.names import called
from app.admin.queries.reach import within
from app.core import audit
from app.core.audit import AuditEntry
from app.extensions import db


@dataclass(frozen=True)
class Wanted:
    """The filters of the audit view; an empty one does not count."""

    record: str = ""
    kind: str = ""
    ident: uuid.UUID | None = None
    person: str = ""
    action: str = ""
    since: datetime | None = None
    until: datetime | None = None


def entries(wanted: Wanted, person_id: uuid.UUID, programme_ids: Collection[uuid.UUID]) -> Select[tuple[AuditEntry]]:
    """Entries about records within reach that fit the filters, the newest first."""
    kind, ident = AuditEntry.subject_type, AuditEntry.subject_id
    query = select(AuditEntry).where(within(kind, ident, person_id, programme_ids, AuditEntry.action))
    if wanted.ident is not None:
        query = query.where(kind == wanted.kind, ident == wanted.ident)
    if wanted.record:
        query = query.where(called(kind, ident, wanted.record))
    if wanted.person:
        query = query.where(func.lower(AuditEntry.actor_name).contains(wanted.person.lower(), autoescape=True))
    if wanted.action:
        query = query.where(AuditEntry.action == wanted.action)
    if wanted.since:
        query = query.where(AuditEntry.at >= wanted.since)
    if wanted.until:
        query = query.where(AuditEntry.at < wanted.until)
    return query.order_by(AuditEntry.at.desc(), AuditEntry.id.desc())


def broken(shown: Sequence[AuditEntry]) -> frozenset[uuid.UUID]:
    """Ids of the entries whose content was changed, or that do not continue the entry before them in their chain."""
    before = [(e.subject_type, e.subject_id, e.seq - 1) for e in shown if e.seq > 1]
    chain = (AuditEntry.subject_type, AuditEntry.subject_id, AuditEntry.seq)
    rows = db.session.execute(select(*chain, AuditEntry.hash).where(tuple_(*chain).in_(before))) if before else ()
    hashes = {(row[0], row[1], row[2]): row[3] for row in rows}
    return frozenset(
        e.id
        for e in shown
        if audit.entry_hash(e) != e.hash
        or hashes.get((e.subject_type, e.subject_id, e.seq - 1), "" if e.seq == 1 else None) != e.previous_hash
    )


def is_within(kind: str, ident: uuid.UUID, person_id: uuid.UUID, programme_ids: Collection[uuid.UUID]) -> bool:
    """Whether some entry about this record is within reach."""
    query = select(AuditEntry.id).where(
        AuditEntry.subject_type == kind,
        AuditEntry.subject_id == ident,
        within(AuditEntry.subject_type, AuditEntry.subject_id, person_id, programme_ids),
    )
    return db.session.scalar(query.limit(1)) is not None
