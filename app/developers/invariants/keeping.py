"""Invariants of what is kept: seals, forms, files and the audit trail are as they were made."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

from sqlalchemy import func, or_, select

from app.calls.models import FormVersion
from app.core import audit, files
from app.extensions import db
from app.proposals.models import SealedSubmission, StageSubmission, SubmissionReceipt
from app.proposals.receipts import SignedReceipt


def seals_unbroken() -> Iterator[str]:
    """The stored hash of a sealed submission is the hash of what is stored."""
    rows = db.session.execute(
        select(SealedSubmission.id, SealedSubmission.snapshot, SealedSubmission.sha256).execution_options(yield_per=50)
    )
    for row in rows:
        if hashlib.sha256(row.snapshot.encode()).hexdigest() != row.sha256:
            yield f"Sealed submission {row.id} is not what was sealed."


def seals_numbered() -> Iterator[str]:
    """A stage has as many sealed versions as its number says, numbered from 1."""
    rows = db.session.execute(
        select(
            StageSubmission.id,
            StageSubmission.sealed_number,
            func.count(SealedSubmission.id).label("found"),
            func.coalesce(func.max(SealedSubmission.number), 0).label("highest"),
        )
        .outerjoin(SealedSubmission, SealedSubmission.stage_submission_id == StageSubmission.id)
        .group_by(StageSubmission.id, StageSubmission.sealed_number)
        .having(
            or_(
                func.count(SealedSubmission.id) != StageSubmission.sealed_number,
                func.coalesce(func.max(SealedSubmission.number), 0) != StageSubmission.sealed_number,
            )
        )
    )
    for row in rows:
        yield f"Stage submission {row.id} counts {row.sealed_number} versions; {row.found} are kept."


def receipts_true() -> Iterator[str]:
    """A receipt bears a good signature and names the hash of the version it belongs to."""
    rows = db.session.execute(
        select(SubmissionReceipt, SealedSubmission.sha256)
        .join(SealedSubmission, SealedSubmission.id == SubmissionReceipt.sealed_submission_id)
        .execution_options(yield_per=50)
    )
    for row, sha256 in rows:
        key = bytes.fromhex(row.public_key)
        signed = SignedReceipt(row.text, bytes.fromhex(row.signature), key)
        if not signed.is_signed_by({key}) or signed.facts.get("Content-SHA256") != sha256:
            yield f"Receipt {row.id} does not fit its version."


def forms_unchanged() -> Iterator[str]:
    """A form's hash is over its canonical JSON."""
    for form in db.session.scalars(select(FormVersion)):
        canonical = json.dumps(form.document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        if hashlib.sha256(canonical.encode()).hexdigest() != form.sha256:
            yield f"Form {form.id} is not what it was when it was published."


def files_whole() -> Iterator[str]:
    """The content of every file that a record names is in the store with its size and hash; each content is read once."""
    seen: dict[str, str] = {}
    for file in db.session.scalars(select(files.StoredFile).order_by(files.StoredFile.sha256)):
        if file.sha256 not in seen:
            seen[file.sha256] = _fault(file)
        if seen[file.sha256]:
            yield f"File {file.id} ({file.original_name}) {seen[file.sha256]}."


def _fault(file: files.StoredFile) -> str:
    path = files.path_of(file)
    if not path.is_file():
        return "is missing from the store"
    with path.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    return "" if digest == file.sha256 and path.stat().st_size == file.size else "is damaged"


def audit_whole() -> Iterator[str]:
    """Every chain of the audit trail continues, and the anchors outside the database agree."""
    yield from audit.verify()
