"""The audit trail: one hash chain per record, keyed (HMAC) with a key that is not in the database, anchored outside it."""

from __future__ import annotations

import hashlib
import hmac
import json
import uuid
from contextvars import ContextVar
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Index, Integer, String, Text, UniqueConstraint, Uuid, func, select
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.db import Record
from app.core.types import Actor, JsonColumn, UTCDateTime
from app.extensions import current_settings, db

request_id: ContextVar[str] = ContextVar("request_id", default="")


class AuditEntry(Record, db.Model):
    """One thing that happened to one record. Rows are only ever added; triggers refuse UPDATE and DELETE."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        UniqueConstraint("subject_type", "subject_id", "seq", name="uq_audit_entry_chain"),
        Index("ix_audit_entry_subject_id", "subject_id"),
        Index("ix_audit_entry_at", "at"),
    )

    subject_type: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    seq: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    actor_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    actor_name: Mapped[str] = mapped_column(String(200))
    action: Mapped[str] = mapped_column(String(80))
    from_state: Mapped[str | None] = mapped_column(String(40))
    to_state: Mapped[str | None] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(Text, default="")
    detail: Mapped[dict[str, Any]] = mapped_column(JsonColumn, default=dict)
    request_id: Mapped[str] = mapped_column(String(40), default="")
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


def record(
    thing: Any,
    action: str,
    actor: Actor,
    *,
    reason: str = "",
    from_state: str | None = None,
    to_state: str | None = None,
    **detail: Any,
) -> AuditEntry:
    """Append an entry to the chain of ``thing``, in the caller's transaction. ``detail`` must be plain JSON values."""
    subject_type = thing.__tablename__
    _wait_for_others(subject_type, thing.id)
    last = db.session.execute(
        select(AuditEntry.seq, AuditEntry.hash)
        .where(AuditEntry.subject_type == subject_type, AuditEntry.subject_id == thing.id)
        .order_by(AuditEntry.seq.desc())
        .limit(1)
    ).first()
    entry = AuditEntry(
        subject_type=subject_type,
        subject_id=thing.id,
        seq=(last.seq if last else 0) + 1,
        at=clock.now(),
        actor_id=actor.person_id,
        actor_name=actor.name,
        action=action,
        from_state=from_state,
        to_state=to_state,
        reason=reason,
        detail=json.loads(json.dumps(detail, default=str)),
        request_id=request_id.get(),
        previous_hash=last.hash if last else "",
    )
    entry.hash = entry_hash(entry)
    db.session.add(entry)
    db.session.flush()
    return entry


def _wait_for_others(subject_type: str, subject_id: uuid.UUID) -> None:
    """Let one transaction at a time write to a chain, also where no row is locked (two messages, two readings at once).

    SQLite has one writer anyway. Without this, the second would meet the chain's unique constraint and be refused.
    """
    if db.session.get_bind().dialect.name == "postgresql":
        digest = hashlib.sha256(f"{subject_type}:{subject_id}".encode()).digest()
        key = int.from_bytes(digest[:8], signed=True)
        db.session.execute(select(func.pg_advisory_xact_lock(key)))


def entry_hash(entry: AuditEntry) -> str:
    """HMAC-SHA256 over the canonical JSON of the entry and the hash before it."""
    body = {
        "subject": [entry.subject_type, str(entry.subject_id)],
        "seq": entry.seq,
        "at": entry.at.isoformat(),
        "actor": [str(entry.actor_id or ""), entry.actor_name],
        "action": entry.action,
        "states": [entry.from_state, entry.to_state],
        "reason": entry.reason,
        "detail": entry.detail,
        "request": entry.request_id,
        "previous": entry.previous_hash,
    }
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    key = hashlib.sha256(b"audit:" + current_settings().audit_key.encode()).digest()
    return hmac.new(key, canonical.encode(), hashlib.sha256).hexdigest()


def history(thing_type: str, thing_id: uuid.UUID) -> list[AuditEntry]:
    """All entries of one record, oldest first."""
    return list(
        db.session.scalars(
            select(AuditEntry)
            .where(AuditEntry.subject_type == thing_type, AuditEntry.subject_id == thing_id)
            .order_by(AuditEntry.seq)
        )
    )


def verify() -> list[str]:
    """Check every chain and the anchors outside the database; return one sentence for each break (empty: all is well)."""
    problems: list[str] = []
    heads: dict[tuple[str, str, int], str] = {}
    chain: tuple[str, uuid.UUID] | None = None
    expected_seq, expected_hash = 1, ""
    rows = db.session.scalars(
        select(AuditEntry)
        .order_by(AuditEntry.subject_type, AuditEntry.subject_id, AuditEntry.seq)
        .execution_options(yield_per=500)
    )
    for entry in rows:
        if chain != (entry.subject_type, entry.subject_id):
            chain, expected_seq, expected_hash = (entry.subject_type, entry.subject_id), 1, ""
        where = f"{entry.subject_type} {entry.subject_id} entry {entry.seq}"
        if entry.seq != expected_seq:
            problems.append(f"{where}: entry {expected_seq} is missing or out of order.")
        elif entry.previous_hash != expected_hash:
            problems.append(f"{where}: does not continue the entry before it.")
        if entry.hash != entry_hash(entry):
            problems.append(f"{where}: its content was changed after it was written.")
        expected_seq, expected_hash = entry.seq + 1, entry.hash
        heads[(entry.subject_type, str(entry.subject_id), entry.seq)] = entry.hash
    return problems + _verify_anchors(heads)


def _anchor_file() -> Path:
    return current_settings().data_dir / "audit-anchors.jsonl"


def anchor() -> int:
    """Append the head of every chain that moved since the last anchor to a file outside the database; return how many."""
    known = {(t, i): s for t, i, s, _ in _read_anchors()}
    ranked = select(AuditEntry.subject_type, AuditEntry.subject_id, AuditEntry.seq, AuditEntry.hash).order_by(
        AuditEntry.seq
    )
    heads = {(row.subject_type, str(row.subject_id)): row for row in db.session.execute(ranked)}
    moved = [r for key, r in heads.items() if known.get(key, 0) < r.seq]
    if moved:
        with _anchor_file().open("a") as out:
            for r in moved:
                out.write(json.dumps([r.subject_type, str(r.subject_id), r.seq, r.hash]) + "\n")
    return len(moved)


def _read_anchors() -> list[list[Any]]:
    path = _anchor_file()
    return [json.loads(line) for line in path.read_text().splitlines() if line.strip()] if path.exists() else []


def anchors_size() -> int:
    """How many bytes of anchors there are."""
    return _anchor_file().stat().st_size if _anchor_file().exists() else 0


def anchors_from(start: int) -> list[list[Any]]:
    """The whole lines of the anchor file from this byte on: kind, id, number and hash of an entry each."""
    if not _anchor_file().exists():
        return []
    with _anchor_file().open("rb") as kept:
        kept.seek(max(0, start - 1))
        lines = kept.read().split(b"\n")[1 if start > 0 else 0 : -1]
    return [json.loads(line) for line in lines if line.strip()]


def _verify_anchors(heads: dict[tuple[str, str, int], str]) -> list[str]:
    """Find anchored entries that the database no longer has as they were: a cut tail, a rewrite, an older copy restored."""
    return [
        f"{kind} {ident} entry {seq}: anchored outside the database, but missing or different in it."
        for kind, ident, seq, digest in _read_anchors()
        if heads.get((kind, ident, seq)) != digest
    ]
