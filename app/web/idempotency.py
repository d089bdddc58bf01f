"""A form posted twice acts once: the key in the form and the answer it got are stored with the change itself."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import uuid
from datetime import timedelta

from flask import Response, g, redirect, request, session
from flask_login import current_user
from sqlalchemy import Index, String, Text, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.wrappers import Response as WerkzeugResponse

from app.core import clock
from app.core.db import Record, affected
from app.extensions import current_settings, db
from app.web.security import BACK_FIELD, PROOF_FIELD

FIELD = "idempotency_key"
NOT_TYPED = frozenset({FIELD, "csrf_token", PROOF_FIELD, BACK_FIELD})
FIRST_SESSION = "first_session"  # in the cookie: the token of before the first confirmation, dead by now
KEPT = timedelta(days=14)


class RepeatedRequest(Record, db.Model):
    """An unsafe request that was carried out, and where it led."""

    __tablename__ = "idempotency_record"
    __table_args__ = (
        UniqueConstraint("scope", "key", "body_hash", name="uq_idempotency_record_once"),
        Index("ix_idempotency_record_created_at", "created_at"),
    )

    scope: Mapped[str] = mapped_column(String(80))
    key: Mapped[str] = mapped_column(String(80))
    body_hash: Mapped[str] = mapped_column(String(64))
    location: Mapped[str] = mapped_column(Text, default="")


def fresh_key() -> str:
    """A new key for a form that is being shown; it says, to us alone, for whom."""
    chance = secrets.token_urlsafe(18)
    return f"{chance}.{_mark(chance, current_user.person_id)}" if current_user.is_authenticated else chance


def is_made_for(key: str, person_id: uuid.UUID) -> bool:
    """Whether a page that we made for this person held the key: nobody else can make such a one."""
    chance, _, mark = key.partition(".")
    return hmac.compare_digest(mark.encode("utf-8", "surrogatepass"), _mark(chance, person_id).encode())


def _mark(chance: str, person_id: uuid.UUID) -> str:
    text = f"form:{chance}:{person_id}".encode("utf-8", "surrogatepass")
    return hmac.new(current_settings().secret_key.encode(), text, hashlib.sha256).hexdigest()[:32]


def _scope() -> str:
    """Whose key it is; the same before and after the session got another token."""
    mine = session.get(FIRST_SESSION) or session.get("_user_id") or session.get("csrf_token") or ""
    return hashlib.sha256(str(mine).encode()).hexdigest()


def _body_hash() -> str:
    """Hash of method, path and what was typed; keys, tokens and proofs that differ between two posts do not count.

    Keyed with the secret: forms carry passwords, and a plain hash in the database would let a thief guess them fast.
    """
    secret = current_settings().secret_key.encode()
    digest = hmac.new(secret, f"{request.method} {request.path}".encode(), hashlib.sha256)
    for name, value in sorted(request.form.items(multi=True)):
        if name not in NOT_TYPED:
            digest.update(f"\x00{name}\x01{value}".encode("utf-8", "surrogatepass"))
    for name, upload in sorted(request.files.items(multi=True), key=lambda item: item[0]):
        digest.update(f"\x00{name}\x02{upload.filename}".encode("utf-8", "surrogatepass"))
        while chunk := upload.stream.read(262_144):
            digest.update(chunk)
        upload.stream.seek(0)
    return digest.hexdigest()


def begin() -> WerkzeugResponse | None:
    """Take the form's key before anything is done; a repeated request gets the first one's answer instead.

    A second request that arrives while the first still runs waits at the unique constraint for its commit.
    """
    key = request.form.get(FIELD, "")[:80]
    g.idempotency = None
    if not key:
        return None
    where = {"scope": _scope(), "key": key, "body_hash": _body_hash()}
    if found := _find(where):
        return redirect(found.location or request.path, code=303)
    g.idempotency = RepeatedRequest(id=uuid.uuid4(), **where)
    db.session.add(g.idempotency)
    db.session.flush()
    return None


def _find(where: dict[str, str]) -> RepeatedRequest | None:
    return db.session.scalar(select(RepeatedRequest).filter_by(**where))


def finish(response: Response) -> None:
    """Keep where the request led; an answer that is not a redirect is not kept, its form may be posted again."""
    record = g.get("idempotency")
    if record is None:
        return
    if response.status_code in {302, 303}:
        record.location = response.headers.get("Location", "")
    elif record in db.session:
        db.session.delete(record)


def forget_old() -> int:
    """Delete keys of forms shown more than two weeks ago; returns how many."""
    return affected(delete(RepeatedRequest).where(RepeatedRequest.created_at < clock.unshifted() - KEPT))
