"""Files are looked through for viruses where a scanner is configured; until then, and when one is found, nobody opens them."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import Select, select, update

from app.core import clamd, outbox, queue
from app.core.db import affected
from app.core.errors import MoveRefused
from app.core.files import StoredFile, path_of
from app.core.types import SYSTEM_ACTOR
from app.extensions import current_settings, db
from workflows.machine import N_

log = structlog.get_logger()
MAX_ATTEMPTS = 12
ROUND_SECONDS = 20.0
LEASE = timedelta(minutes=3)
WORDS = {
    "waiting": N_("“%(name)s” is still being checked for viruses. Try again in a minute."),
    "infected": N_("“%(name)s” holds a virus and cannot be opened."),
    "failed": N_("“%(name)s” could not be checked for viruses and cannot be opened. Tell the programme."),
}


def refuse_unsafe(file: StoredFile) -> None:
    """Nobody opens a file that waits for the scanner, or that it found something in."""
    if file.scan_state in WORDS:
        raise MoveRefused(WORDS[file.scan_state], name=file.original_name)


@dataclass(frozen=True)
class Verdict:
    """What the scanner said of one content: the name of what it found, nothing, or no verdict (``None``)."""

    ident: uuid.UUID
    digest: str
    attempts: int
    found: str | None


def scan_due() -> int:
    """Have every file looked through that waits for it: by the workers of the queue, or here when there are none."""
    if current_settings().clamd_url is None:
        return 0
    rows = list(db.session.execute(_due().limit(100)))
    if queue.connection() is not None:
        return sum(_hand_out(row.id) for row in rows)
    begun, once = time.monotonic(), {row.sha256: row.id for row in reversed(rows)}
    looked = (_look(ident) for ident in once.values() if time.monotonic() - begun < ROUND_SECONDS)
    return sum(_write(verdict) for verdict in [v for v in looked if v is not None])


def _due() -> Select[uuid.UUID, str]:
    now = outbox.real_now()
    waiting = (StoredFile.scan_state == "waiting") & (StoredFile.scan_due_at <= now)
    return select(StoredFile.id, StoredFile.sha256).where(waiting).order_by(StoredFile.scan_due_at, StoredFile.id)


def _hand_out(ident: uuid.UUID) -> bool:
    """Put a job into the queue; should it be lost, the file is due again after a while."""
    later = update(StoredFile).where(StoredFile.id == ident).values(scan_due_at=outbox.real_now() + LEASE)
    return bool(affected(later)) and queue.enqueue("app.core.scanning.scan_one", str(ident), timeout=120)


def scan_one(ident: str) -> bool:
    """Look one file through and write down what was found; true when there is a verdict."""
    verdict = _look(uuid.UUID(ident))
    return verdict is not None and _write(verdict)


def _look(ident: uuid.UUID) -> Verdict | None:
    """Ask the scanner; the database is let go while it reads."""
    url, file = current_settings().clamd_url, db.session.get(StoredFile, ident)
    if url is None or file is None or file.scan_state != "waiting":
        return None
    digest, path, attempts = file.sha256, path_of(file), file.scan_attempts + 1
    db.session.rollback()
    try:
        return Verdict(ident, digest, attempts, clamd.scan(url, path))
    except clamd.Unreachable as error:
        log.warning("scan.failed", file_id=str(ident), error=str(error), attempts=attempts)
        return Verdict(ident, digest, attempts, None)


def _write(verdict: Verdict) -> bool:
    """Keep a verdict for every row of the content; without one, it is tried again later."""
    if verdict.found is None:
        _put_off(verdict)
        return False
    waiting = select(StoredFile).where(StoredFile.sha256 == verdict.digest, StoredFile.scan_state == "waiting")
    for file in db.session.scalars(waiting).all():
        file.scan_state, file.scan_note = ("infected", verdict.found) if verdict.found else ("clean", "")
        db.session.flush()
        if verdict.found:
            log.warning("scan.infected", file_id=str(file.id))
            outbox.publish("file.infected", file, SYSTEM_ACTOR)
    return True


def _put_off(verdict: Verdict) -> None:
    """Try again later each time; after ``MAX_ATTEMPTS`` somebody has to look into it."""
    later = outbox.real_now() + timedelta(seconds=min(600, 2**verdict.attempts))
    values: dict[str, Any] = {"scan_attempts": verdict.attempts, "scan_due_at": later}
    if verdict.attempts >= MAX_ATTEMPTS:
        values["scan_state"] = "failed"
    still = (StoredFile.id == verdict.ident, StoredFile.scan_state == "waiting")
    affected(update(StoredFile).where(*still).values(**values))


def scan_again() -> int:
    """Give files whose check failed a new start, and those that came before there was a scanner their first."""
    again = update(StoredFile).where(StoredFile.scan_state.in_(("failed", "not_configured")))
    return affected(again.values(scan_state="waiting", scan_attempts=0, scan_due_at=outbox.real_now()))
