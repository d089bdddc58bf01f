"""The guard against telling old news after a restore: a mark outside the database says how far delivery and the anchors came.

A database that lacks what the mark names is older than the mark. Nothing is sent from it until an operator has said what of
its waiting work is still news. The mark only moves with deliveries, and none happen on hold, so a hold lasts by itself.
"""

from __future__ import annotations

import json
import os
import tempfile
import uuid
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import func, select

from app.core.audit import AuditEntry, anchors_from, anchors_size
from app.core.outbox import Leased, OutboxEvent
from app.extensions import current_settings, db
from workflows.machine import N_

log = structlog.get_logger()
KEPT = 20
LOOK_BACK = 8192
_said = [""]

NO_MARK = N_("This database has sent messages before, but the mark of its deliveries is not in the data folder.")
OTHER = N_("The mark of deliveries belongs to another database.")
UNSENT = N_("The database does not know of messages that were sent: it is older than they are.")
UNANCHORED = N_("The database lacks entries of the audit trail that were anchored: it is older than they are.")


@dataclass(frozen=True)
class Mark:
    """How far delivery came: the first audit entry, the newest deliveries (``kind:id``), and the anchors known by then.

    ``anchors`` is how many bytes of the anchor file were there; ``base`` how many of them an operator has laid aside.
    """

    origin: str
    done: tuple[str, ...] = ()
    anchors: int = 0
    base: int = 0


def reason_to_hold() -> str:
    """Why nothing may be sent from this database now, for operators; or an empty word."""
    strict = current_settings().is_production
    mark = _read()
    if mark is None:
        return NO_MARK if strict and _has_delivered() else ""
    if mark.origin and not _exists(AuditEntry.id == uuid.UUID(mark.origin)):
        return OTHER if strict else ""
    if not all(_all_done(kind, ids) for kind, ids in _by_kind(mark).items()):
        return UNSENT
    lines = anchors_from(max(mark.base, mark.anchors - LOOK_BACK))
    return "" if _are_anchored(lines) else UNANCHORED


def is_held() -> bool:
    """Whether delivery must wait; says so in the log once. Asked outside any transaction, before something is sent."""
    try:
        reason = reason_to_hold()
    finally:
        db.session.remove()
    if reason and reason != _said[0]:
        log.error("delivery.held", reason=reason, remedy="flask --app wsgi assay outbox resume --help")
    _said[0] = reason
    return bool(reason)


def note(model: Any, ident: uuid.UUID) -> None:
    """Put a delivery that was just committed into the mark."""
    try:
        mark = _read()
        if mark is None or (mark.origin and not _exists(AuditEntry.id == uuid.UUID(mark.origin))):
            mark = _fresh()
        done = (*mark.done, f"{model.__tablename__}:{ident}")[-KEPT:]
        _write(replace(mark, origin=mark.origin or _origin(), done=done, anchors=anchors_size()))
    except OSError as error:
        log.error("delivery.mark_unwritable", error=str(error))
    finally:
        db.session.remove()


def accept() -> None:
    """Take the database as it is for the truth from now on; the anchors so far stay in their file for ``audit verify``."""
    _write(_fresh())
    db.session.remove()


def _fresh() -> Mark:
    """A mark of this database as it is; anchors that it does not bear out are laid aside."""
    size = anchors_size()
    sound = _are_anchored(anchors_from(size - LOOK_BACK))
    return Mark(_origin(), anchors=size, base=0 if sound else size)


def _origin() -> str:
    first = db.session.scalar(select(AuditEntry.id).order_by(AuditEntry.id).limit(1))
    return str(first or "")


def _exists(condition: Any) -> bool:
    return db.session.scalar(select(AuditEntry.id).where(condition)) is not None


def _has_delivered() -> bool:
    return db.session.scalar(select(OutboxEvent.id).where(OutboxEvent.done_at.is_not(None)).limit(1)) is not None


def _by_kind(mark: Mark) -> dict[str, list[uuid.UUID]]:
    found: dict[str, list[uuid.UUID]] = {}
    for entry in mark.done:
        kind, _, ident = entry.partition(":")
        found.setdefault(kind, []).append(uuid.UUID(ident))
    return found


def _all_done(kind: str, idents: list[uuid.UUID]) -> bool:
    """Whether this database, too, knows of these deliveries."""
    model: Any = next(m for m in Leased.__subclasses__() if m.__tablename__ == kind)  # type: ignore[attr-defined]
    known = select(func.count(model.id)).where(model.id.in_(idents), model.done_at.is_not(None))
    return db.session.scalar(known) == len(set(idents))


def _are_anchored(lines: list[list[Any]]) -> bool:
    """Whether the entries that these anchors name are in the database as they were."""
    for start in range(0, len(lines), 500):
        wanted = {(kind, uuid.UUID(ident), seq): digest for kind, ident, seq, digest in lines[start : start + 500]}
        rows = db.session.execute(
            select(AuditEntry.subject_type, AuditEntry.subject_id, AuditEntry.seq, AuditEntry.hash).where(
                AuditEntry.subject_id.in_({ident for _, ident, _ in wanted}),
                AuditEntry.seq.in_({seq for _, _, seq in wanted}),
            )
        )
        found = {(row.subject_type, row.subject_id, row.seq): row.hash for row in rows}
        if any(found.get(key) != digest for key, digest in wanted.items()):
            return False
    return True


def _file() -> Path:
    return current_settings().data_dir / "delivery-mark.json"


def _read() -> Mark | None:
    """The mark; nothing when there is none, or none that can be read."""
    try:
        found = json.loads(_file().read_text())
        return Mark(**{**found, "done": tuple(found["done"])})
    except FileNotFoundError:
        return None
    except (ValueError, TypeError, KeyError) as error:
        log.error("delivery.mark_unreadable", error=repr(error))
        return None


def _write(mark: Mark) -> None:
    """Replace the file in one step, so that nobody reads half of it."""
    handle, name = tempfile.mkstemp(dir=_file().parent, prefix="delivery-mark-")
    with os.fdopen(handle, "w") as out:
        json.dump(asdict(mark), out)
    Path(name).replace(_file())
